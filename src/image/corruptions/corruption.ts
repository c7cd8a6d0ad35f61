/**
 * Corruption: a pure function of one image, an amount and random draws, with what must be known
 * to name and dose it.
 */

import type { NumberBounds } from '../../core/numbers.js';
import type { Generator } from '../../random/generator.js';
import type { ImageSize } from '../augment/image.js';

/** One image: rows × columns bytes, row by row, 0 black to 255 white. */
export interface ByteImage extends ImageSize {
  /** [rows, columns]. */
  readonly pixels: Uint8Array;
}

/**
 * The corrupted image: rows × columns values, 0 to 255; what lies outside is clipped and fractions are rounded by
 * the caller. The image given is not touched. The draws taken do not depend on the amount, where that is possible:
 * what grows with it is the same damage, and not another.
 */
export type CorruptImage = (
  image: ByteImage,
  amount: number,
  generator: Generator,
) => ArrayLike<number> | Promise<ArrayLike<number>>;

export const families = ['noise', 'blur', 'light', 'geometry', 'covering', 'digital'] as const;
export type Family = (typeof families)[number];

/** The amounts of severities 1 to 5. */
export type Amounts = readonly [number, number, number, number, number];

/** One amount for each of the five severities, and what it measures. */
export interface Dose {
  readonly amounts: Amounts;
  /** What the amount is: `deviation / white`. */
  readonly unit: string;
  /** Amounts that `--amount` may name. */
  readonly bounds: NumberBounds;
}

export interface Corruption extends Dose {
  /** What happens, in a few words. */
  readonly describe: string;
  readonly family: Family;
  readonly corrupt: CorruptImage;
}

export const mostSevere = 5;

/** The amount of a severity from 1 to 5. */
export function amountOf({ amounts }: Dose, severity: number): number {
  const amount = amounts[severity - 1];
  if (amount === undefined) throw new RangeError(`a severity of ${severity}; 1 to 5 was expected`);
  return amount;
}
