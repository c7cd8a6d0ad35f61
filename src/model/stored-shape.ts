/** Weights as a model file holds them: with zeros behind, where a layer's stored shape is larger than its own. */

import { sizeOf } from './shape.js';

/** Puts zeros at the end of each axis. values: [...shape]; returns [...stored]. */
export function padWeights(
  values: Float32Array,
  shape: readonly number[],
  stored: readonly number[],
): Float32Array {
  const padded = new Float32Array(sizeOf(stored));
  eachRow(shape, stored, (own, theirs, length) =>
    padded.set(values.subarray(own, own + length), theirs),
  );
  return padded;
}

/** Undoes `padWeights`. values: [...stored]; returns [...shape], undefined where anything else than zeros would be lost. */
export function cropWeights(
  values: Float32Array,
  shape: readonly number[],
  stored: readonly number[],
): Float32Array | undefined {
  const cropped = new Float32Array(sizeOf(shape));
  eachRow(shape, stored, (own, theirs, length) =>
    cropped.set(values.subarray(theirs, theirs + length), own),
  );
  const zeros = (list: Float32Array) => list.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0);
  return zeros(values) - zeros(cropped) === values.length - cropped.length ? cropped : undefined;
}

/** Calls with the offset of each run of the last axis in either shape, and its length. */
function eachRow(
  shape: readonly number[],
  stored: readonly number[],
  call: (own: number, stored: number, length: number) => void,
): void {
  const length = shape.at(-1) ?? 1;
  const outer = shape.slice(0, -1);
  for (let row = 0; row < sizeOf(outer); row++) {
    let [rest, offset, step] = [row, 0, stored.at(-1) ?? 1];
    for (let axis = outer.length - 1; axis >= 0; axis--) {
      offset += (rest % outer[axis]!) * step;
      rest = Math.floor(rest / outer[axis]!);
      step *= stored[axis]!;
    }
    call(row * length, offset, length);
  }
}
