/** Layouts of an image's pixels in training values: row by row, or the one in which the next layer is cheapest. */

/** Permutation of pixels: for each place, the row-major index of the pixel there; undefined is row by row. */
export type PixelLayout = readonly number[] | undefined;

/**
 * Window layout, in which pooling is the maximum of `size`² equal blocks: all pixels that are first in their window,
 * then all that are second, …, at last those in no window.
 */
export function windowLayout(rows: number, columns: number, size: number): number[] {
  const [down, across] = [Math.floor(rows / size), Math.floor(columns / size)];
  const layout: number[] = [];
  for (let i = 0; i < size; i++)
    for (let j = 0; j < size; j++)
      for (let r = 0; r < down; r++)
        for (let c = 0; c < across; c++) layout.push((r * size + i) * columns + c * size + j);
  for (let p = 0; p < rows * columns; p++) {
    const [r, c] = [Math.floor(p / columns), p % columns];
    if (r >= down * size || c >= across * size) layout.push(p);
  }
  return layout;
}

/** Sizes of the blocks of the window layout, in pixels; the last is that of the pixels in no window, where there are any. */
export function windowSizes(rows: number, columns: number, size: number): number[] {
  const windows = Math.floor(rows / size) * Math.floor(columns / size);
  const left = rows * columns - windows * size * size;
  return [...new Array<number>(size * size).fill(windows), ...(left > 0 ? [left] : [])];
}

/** Splits a list into runs of the given lengths. */
export function inRuns<T>(list: readonly T[], lengths: readonly number[]): T[][] {
  let from = 0;
  return lengths.map((length) => {
    from += length;
    return list.slice(from - length, from);
  });
}

/** Inverse permutation: the place of each row-major pixel. */
export function pixelPlaces(layout: PixelLayout, pixels: number): readonly number[] {
  const places = Array.from({ length: pixels }, (_, p) => p);
  for (const [place, pixel] of (layout ?? []).entries()) places[pixel] = place;
  return places;
}

/** Indices that gather layout `to` from layout `from`; undefined where the two are the same. */
export function layoutChange(
  from: PixelLayout,
  to: PixelLayout,
  pixels: number,
): number[] | undefined {
  const places = pixelPlaces(from, pixels);
  const moves = Array.from({ length: pixels }, (_, i) => places[to?.[i] ?? i]!);
  return moves.every((place, i) => place === i) ? undefined : moves;
}
