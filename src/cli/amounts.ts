/** Values of options that are more than one number: `5000` or `0.1`, `3/8`, `28x28`. */

import { UsageError } from '../core/errors.js';
import { parseNumber } from '../core/numbers.js';

/** Reads the value of an option: a whole number from 1, or a fraction below 1 that is rounded to whole images. */
export function parseAmount(option: string, text: string): (total: number) => number {
  try {
    const value = parseNumber(text, { min: 0 });
    if (value > 0 && value < 1) return (total) => Math.round(value * total);
    const count = parseNumber(text, { integer: true, min: 1 });
    return () => count;
  } catch {
    throw new UsageError(
      `--${option}: '${text}' is neither a count of images nor a fraction below 1`,
    );
  }
}

/** One of `of` parts, counted from 0. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** Reads `3/8`: the third of eight. */
export function parseShard(option: string, text: string): Shard {
  const [, index, of] = (/^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []).map(Number);
  if (!index || !of || index > of)
    throw new UsageError(`--${option}: '${text}' is not I/N with I from 1 to N`);
  return { index: index - 1, of };
}

/** Reads `28x28`, in pixels: rows first, as everywhere in the suite. */
export function parseSize(
  option: string,
  text: string,
): { readonly rows: number; readonly columns: number } {
  const [, rows, columns] = (/^(\d{1,5})x(\d{1,5})$/.exec(text) ?? []).map(Number);
  if (!rows || !columns || rows > 65535 || columns > 65535)
    throw new UsageError(`--${option}: '${text}' is not ROWSxCOLUMNS, such as 28x28`);
  return { rows, columns };
}
