/** A grey image as pictures take it, and changing its size. */

export interface GreyImage {
  readonly rows: number;
  readonly columns: number;
  /** rows × columns raw values in row-major order, 0 black to 255 white; what lies outside is clipped when drawn. */
  readonly pixels: ArrayLike<number>;
}

/** A value as a byte: rounded and clipped, NaN as 0. */
export function toByte(value: number): number {
  return value >= 255 ? 255 : value > 0 ? Math.round(value) : 0;
}

/**
 * The image at another size by area averages: each new pixel is the mean of the area it covers.
 * Meant for shrinking; an enlarged image shows its pixels as blocks.
 */
export function resize(image: GreyImage, rows: number, columns: number): GreyImage {
  if (rows === image.rows && columns === image.columns) return image;
  const across = spans(image.columns, columns);
  const down = spans(image.rows, rows);
  const pixels = new Float64Array(rows * columns);
  for (const [r, vertical] of down.entries()) {
    for (const [c, horizontal] of across.entries()) {
      let sum = 0;
      for (const [row, a] of vertical) {
        for (const [column, b] of horizontal)
          sum += a * b * (image.pixels[row * image.columns + column] as number);
      }
      pixels[r * columns + c] = sum;
    }
  }
  return { rows, columns, pixels };
}

/** The image at most `columns` wide, its proportions kept; never enlarged. */
export function fitWidth(image: GreyImage, columns: number): GreyImage {
  if (image.columns <= columns) return image;
  const rows = Math.max(1, Math.round((image.rows * columns) / image.columns));
  return resize(image, rows, columns);
}

/** For each new pixel along one axis, the old pixels it covers and their weights, which add up to 1. */
function spans(from: number, to: number): (readonly [index: number, weight: number])[][] {
  return Array.from({ length: to }, (_, i) => {
    const begin = (i * from) / to;
    const end = ((i + 1) * from) / to;
    const list: [number, number][] = [];
    for (let k = Math.floor(begin); k < Math.min(from, Math.ceil(end - 1e-9)); k++)
      list.push([k, (Math.min(end, k + 1) - Math.max(begin, k)) / (end - begin)]);
    return list;
  });
}
