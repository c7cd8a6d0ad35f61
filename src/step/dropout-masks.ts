/** Dropout masks, [values, samples]: samples stand last in training values, and memory is written in its order. */

import { itemKey, type Key } from '../random/key.js';

/**
 * Fills the masks of `samples` samples from number `first` on, counted over all steps: a sample's mask depends on key and
 * number alone, and not on the micro-batches that a batch is cut into.
 * target: [values, samples], 0 with probability `rate` in steps of 1/256, else the factor that keeps the expectation at 1.
 *
 * Each sample has an sfc32 generator of its own (as random/generator.ts), and each draw of 32 bits decides on four values.
 */
export function dropoutMasks(
  key: Key,
  first: number,
  samples: number,
  rate: number,
  target: Float32Array,
): void {
  const threshold = Math.round(rate * 256);
  // A table and no comparison: its outcome is random, and mispredicted branches are slow.
  const values = new Float32Array(256).fill(256 / (256 - threshold), threshold);
  const states = new Int32Array(4 * samples);
  for (let s = 0; s < samples; s++) seed(states, 4 * s, itemKey(key, first + s));
  const rows = target.length / samples;
  // A tile of all samples stays in the first-level cache while it is written column by column.
  for (let row = 0; row < rows; row += tileRows) {
    const end = Math.min(rows, row + tileRows) * samples;
    for (let s = 0; s < samples; s++)
      column(states, 4 * s, target, row * samples + s, end, samples, values);
  }
}

const tileRows = 64;

/** Draws for target[from], target[from + step], … below `end`, four values a draw, with the generator at states[at…at+3]. */
function column(
  states: Int32Array,
  at: number,
  target: Float32Array,
  from: number,
  end: number,
  step: number,
  values: Float32Array,
): void {
  let a = states[at]!;
  let b = states[at + 1]!;
  let c = states[at + 2]!;
  let counter = states[at + 3]!;
  for (let place = from; place < end; place += 4 * step) {
    const bits = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + bits) | 0;
    target[place] = values[bits & 0xff]!;
    // One comparison for all three, but at the very end.
    if (place + 3 * step < end) {
      target[place + step] = values[(bits >>> 8) & 0xff]!;
      target[place + 2 * step] = values[(bits >>> 16) & 0xff]!;
      target[place + 3 * step] = values[bits >>> 24]!;
    } else
      for (let i = 1; place + i * step < end; i++)
        target[place + i * step] = values[(bits >>> (8 * i)) & 0xff]!;
  }
  states[at] = a;
  states[at + 1] = b;
  states[at + 2] = c;
  states[at + 3] = counter;
}

/** Seeds a generator: the key, mixed by twelve draws. */
function seed(states: Int32Array, at: number, key: Key): void {
  states.set(key, at);
  states[at + 3] = key[3] | 1;
  column(states, at, scratch, 0, 48, 1, noValues);
}

const scratch = new Float32Array(48);
const noValues = new Float32Array(256);
