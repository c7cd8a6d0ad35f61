/** Opening what drift reads, and saying what of it was passed over. */

import { info, warn } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { ByteReader } from '../io/byte-reader.js';
import { followFile } from '../io/follow.js';
import { openInput } from '../io/input.js';
import type { DamagedLine } from '../ndjson/decode.js';
import { ObservationReader, type ObservationReaderOptions } from './observation-reader.js';
import { WindowSketch } from './window-sketch.js';

/** All inputs as one sketch. */
export async function readSketch(
  io: CommandIo,
  names: readonly string[],
  options: Omit<ObservationReaderOptions, 'damaged'>,
): Promise<WindowSketch> {
  const intake = new ObservationReader({ ...options, damaged: damagePolicy(io, false) });
  const sketch = new WindowSketch(options);
  for (const name of names) {
    const reader = await openInput(io, name);
    for await (const row of intake.rows(reader)) sketch.add(row);
  }
  sayPassed(io, intake);
  return intake.complete(sketch);
}

export interface OpenCurrent {
  readonly reader: ByteReader;
  /** Gives back what was taken, signals among it. */
  readonly close: () => Promise<void>;
}

/** The log: as it stands, or, where it is followed, on and on until the program is interrupted or terminated, or `halt` is. */
export async function openCurrent(
  io: CommandIo,
  name: string,
  follow: boolean,
  halt?: AbortSignal,
): Promise<OpenCurrent> {
  if (!follow) return { reader: await openInput(io, name), close: async () => {} };
  const stop = new AbortController();
  const give = io.onStop(() => stop.abort());
  const chunks = followFile(name, {
    signal: halt ? AbortSignal.any([stop.signal, halt]) : stop.signal,
    changed: (what) =>
      info(
        io,
        `${name}: ${what === 'rotated' ? 'another file has taken the name' : 'was cut'}; read from its beginning`,
      ),
  });
  const reader = new ByteReader(name, chunks);
  return {
    reader,
    close: async () => {
      give();
      stop.abort();
      await reader.close();
    },
  };
}

/** Damaged lines said one by one at most; then only every hundredth. */
const saidEach = 5;

/**
 * Policy for lines that are no records. An incomplete last line is skipped: it may still be
 * written. Others are skipped with a warning where a log is followed; elsewhere they are errors.
 */
export function damagePolicy(io: CommandIo, follow: boolean): (damage: DamagedLine) => void {
  let damaged = 0;
  return ({ last, error }) => {
    if (!last && !follow) throw error;
    damaged++;
    if (damaged <= saidEach || damaged % 100 === 0)
      warn(io, `${error.message}; passed over${damaged > saidEach ? ` (${damaged} so far)` : ''}`);
  };
}

const passedWords: Readonly<Record<string, string>> = {
  'other model': 'of other models',
  shadow: "of models asked in another's shadow",
  feedback: 'of feedback on images that are not in the log',
  'ambiguous feedback': 'of feedback whose request id is of several requests',
  'feedback too late': 'of feedback that changes a label after its window was reported',
};

/** Names what was not looked at: records of other types, shadows, other models. */
export function sayPassed(io: CommandIo, { passed }: ObservationReader): void {
  for (const [type, count] of passed) info(io, passedOver(type, count));
}

/** `2 records of type 'run' passed over`. */
export function passedOver(type: string, count: number): string {
  const records = count === 1 ? '1 record' : `${count} records`;
  return `${records} ${passedWords[type] ?? `of type '${type}'`} passed over`;
}
