/** Pixels that a convolution reads: for each kernel position, places in the pixels' layout, one past the last for padding. */

import type { Pixels } from '../convolution-lowering.js';
import { pixelPlaces } from '../lowering/pixel-layout.js';
import { imageShape, trainingShape } from '../shape.js';

/** A square kernel's side, the zeros around the input, and the pixels from one output to the next. */
interface Reach {
  readonly kernel: number;
  readonly pad: number;
  readonly stride: number;
}

/** Input places for each kernel position and each of some output pixels; one past the last for padding. [kernel² × pixels] */
export function forwardPlaces(
  from: Pixels,
  pixels: readonly number[],
  to: Pixels,
  { kernel, pad, stride }: Reach,
): number[] {
  return eachPosition(kernel, pixels, to, placesOf(from), (r, c, i, j) => [
    r * stride + i - pad,
    c * stride + j - pad,
  ]);
}

/** Output places for each kernel position and each input pixel: of the output that read the pixel at that position. [kernel² × pixels] */
export function backwardPlaces(from: Pixels, to: Pixels, { kernel, pad, stride }: Reach): number[] {
  return eachPosition(kernel, pixelsOf(from), from, placesOf(to), (r, c, i, j) => [
    (r + pad - i) / stride,
    (c + pad - j) / stride,
  ]);
}

function eachPosition(
  kernel: number,
  pixels: readonly number[],
  { shape }: Pixels,
  place: (row: number, column: number) => number,
  look: (r: number, c: number, i: number, j: number) => readonly [number, number],
): number[] {
  const [, , columns] = imageShape(shape, 'conv');
  const places: number[] = [];
  for (let i = 0; i < kernel; i++)
    for (let j = 0; j < kernel; j++)
      for (const pixel of pixels)
        places.push(place(...look(Math.floor(pixel / columns), pixel % columns, i, j)));
  return places;
}

/** Row-major indices of the pixels, in their layout. */
export function pixelsOf({ shape, layout }: Pixels): readonly number[] {
  const pixels = trainingShape(shape)[1]!;
  return layout ?? Array.from({ length: pixels }, (_, p) => p);
}

/** Maps row and column to a place; one past the last where there is no such pixel (padding, or between two strides). */
function placesOf({ shape, layout }: Pixels): (row: number, column: number) => number {
  const [, rows, columns] = imageShape(shape, 'conv');
  const places = pixelPlaces(layout, rows * columns);
  return (row, column) => {
    const whole = Number.isInteger(row) && Number.isInteger(column);
    const inside = row >= 0 && column >= 0 && row < rows && column < columns;
    return whole && inside ? places[row * columns + column]! : rows * columns;
  };
}
