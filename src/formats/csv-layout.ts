/** Column layout of a CSV file, by its header or by the number of its columns. */

import { OperationalError } from '../core/errors.js';
import type { ImageSize } from '../image/augment/image.js';

export const labelRole = -1;
export const ignoredRole = -2;

export interface CsvLayout extends ImageSize {
  /** [columns of the file]: the pixel that a column holds, from 0 in row-major order, or `labelRole`, or `ignoredRole`. */
  readonly roles: Int32Array;
  readonly labelled: boolean;
  /** The header's words, where there is one. */
  readonly names: readonly string[] | undefined;
}

const labelName = /^(labels?|class|target|y)$/i;
const ignoredName = /^(id|index|image_?id|)$/i;
const pixelName = /^(?:pixel|px|p|x)?[_ ]?(\d+)$/i;
const gridName = /^(\d+)x(\d+)$/i;

/**
 * True if the first row of a file is a header: some field is no number, or all fields just count
 * the columns.
 */
export function isHeader(fields: readonly string[]): boolean {
  const isNumber = (field: string) => /^[+-]?\d+(\.\d*)?$/.test(field);
  // Beyond 255 a count of the columns cannot be pixels.
  return !fields.every(isNumber) || (fields.length > 257 && fields.every((f, i) => f === `${i}`));
}

/**
 * The layout that a header gives: a label column (label, class, target, y) anywhere or nowhere, columns that are
 * passed over (id, index, imageid), and pixels in row-major order (pixel0 …, pixel1 …, or 1x1, 1x2 …).
 */
export function layoutOfHeader(
  names: readonly string[],
  size: ImageSize | undefined,
  source: string,
): CsvLayout {
  if (names.every((name, i) => name === `${i}`))
    return { ...layoutOfWidth(names.length, size, source), names };
  const roles = new Int32Array(names.length);
  let pixels = 0;
  let labels = 0;
  let previous: number | undefined;
  let grid: ImageSize | undefined;
  for (const [column, name] of names.entries()) {
    const [, row, inRow] = gridName.exec(name) ?? [];
    const number = row ? pixels : Number(pixelName.exec(name)?.[1] ?? Number.NaN);
    if (labelName.test(name)) labels++;
    else if (!ignoredName.test(name) && !(number === (previous ?? number - 1) + 1))
      throw new OperationalError(
        `${source}: line 1, column ${column + 1}`,
        Number.isNaN(number)
          ? `is named '${name}'; label, id or a pixel (pixel1, pixel2, … or 1x1, 1x2, …) was expected`
          : `is named '${name}'; pixel number ${(previous ?? 0) + 1} was expected`,
      );
    if (labelName.test(name)) roles[column] = labelRole;
    else if (ignoredName.test(name)) roles[column] = ignoredRole;
    else {
      roles[column] = pixels++;
      previous = number;
      if (row) grid = { rows: Number(row), columns: Number(inRow) };
    }
  }
  if (labels > 1)
    throw new OperationalError(source, `has ${labels} label columns; at most one was expected`);
  const fits = grid && grid.rows * grid.columns === pixels ? grid : undefined;
  const shape = sizeOf(pixels, size ?? fits);
  if (!shape) throw new OperationalError(source, misfit(`${pixels} pixel columns`, size));
  return { ...shape, roles, labelled: labels === 1, names };
}

/** The layout of rows without a header: a label and then pixels, or pixels alone. */
export function layoutOfWidth(
  width: number,
  size: ImageSize | undefined,
  source: string,
): CsvLayout {
  const unlabelled = sizeOf(width, size);
  const labelled = sizeOf(width - 1, size);
  const shape = labelled ?? unlabelled;
  if (!shape) throw new OperationalError(source, misfit(`${width} columns`, size));
  const roles = Int32Array.from({ length: width }, (_, i) => (labelled ? i - 1 : i));
  return { ...shape, roles, labelled: labelled !== undefined, names: undefined };
}

/** The size of images of so many pixels: the given one if it fits, else a square. */
function sizeOf(pixels: number, size: ImageSize | undefined): ImageSize | undefined {
  if (size) return size.rows * size.columns === pixels ? size : undefined;
  const side = Math.round(Math.sqrt(pixels));
  return pixels > 0 && side * side === pixels ? { rows: side, columns: side } : undefined;
}

function misfit(found: string, size: ImageSize | undefined): string {
  return size
    ? `has ${found}; --size ${size.rows}x${size.columns} makes ${size.rows * size.columns} pixels`
    : `has ${found}, which make no square image; --size ROWSxCOLUMNS says the size of others`;
}
