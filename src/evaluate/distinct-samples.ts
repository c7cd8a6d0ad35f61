/** Samples without copies: an image that is there more than once counts once. */

import { info } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';

/** Option of the programs that judge: whether copies count. */
export const countCopiesOption = {
  type: 'flag',
  describe: 'count an image as often as it is there; unless given, copies count once',
} as const;

/** A sample that may be a copy of one before. */
interface Copyable {
  /** Position of the first image with the same pixels; undefined where this is the first. */
  readonly copyOf?: number | undefined;
}

export class DistinctSamples {
  /** Copies left out so far. */
  copies = 0;

  constructor(
    /** True to leave none out. */
    readonly all: boolean,
  ) {}

  async *of<Sample extends Copyable>(samples: AsyncIterable<Sample>): AsyncGenerator<Sample> {
    for await (const sample of samples)
      if (this.all || sample.copyOf === undefined) yield sample;
      else this.copies++;
  }

  /** Says how many were left out, if any. */
  say(io: CommandIo): void {
    const { copies } = this;
    if (copies > 0)
      info(
        io,
        `${copies === 1 ? '1 image is a copy of another and is' : `${copies} images are copies of others and are`} not counted again (--count-copies counts each)`,
      );
  }
}
