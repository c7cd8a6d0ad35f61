/**
 * Lines on their way to the log, in order. Those whose image is to be measured wait for it: measuring takes as long as
 * a prediction may, so it is done a little at a time, between requests, and has a quarter of a processor at most.
 */

import type { ByteImage } from '../../image/corruptions/corruption.js';
import { type ImageFeatures, measureImage, writtenFeatures } from '../../image/features/measure.js';

export interface QueueOptions {
  /** Milliseconds of measuring at a time; default ½. Three times as long is then left to others. */
  readonly slice?: number;
  /** Lines that may wait; while there are more, images go by unmeasured. Default 4096. */
  readonly most?: number;
}

/** Makes a line; of what its image measures, where it was measured. */
type Compose = (features?: ImageFeatures) => string;

interface Waiting {
  readonly compose: Compose;
  readonly image: ByteImage | undefined;
}

export class MeasuringQueue {
  /** Images that went by unmeasured, for want of time. */
  unmeasured = 0;
  #waiting: Waiting[] = [];
  #at = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly write: (line: string) => void,
    readonly options: QueueOptions = {},
  ) {}

  /** Writes a line, made of the features of an image where there is one; at once where nothing is to be waited for. */
  add(compose: Compose, image?: ByteImage): void {
    if (!image && this.#waiting.length === 0) {
      this.write(compose());
      return;
    }
    this.#waiting.push({ compose, image });
    this.#plan();
  }

  /** Writes all that waits. */
  drain(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#work(Number.POSITIVE_INFINITY);
  }

  #plan(): void {
    const { slice = 0.5 } = this.options;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#work(slice);
      if (this.#waiting.length > 0) this.#plan();
    }, 3 * slice);
  }

  #work(milliseconds: number): void {
    const end = performance.now() + milliseconds;
    while (this.#at < this.#waiting.length && performance.now() < end) this.#next();
    if (this.#at === this.#waiting.length || this.#at > 1024) {
      this.#waiting = this.#waiting.slice(this.#at);
      this.#at = 0;
    }
  }

  #next(): void {
    const { most = 4096 } = this.options;
    const crowded = this.#waiting.length - this.#at > most;
    const { compose, image } = this.#waiting[this.#at++]!;
    if (image && crowded) this.unmeasured++;
    this.write(
      image && !crowded
        ? compose(writtenFeatures(measureImage(image.pixels, 0, image)))
        : compose(),
    );
  }
}
