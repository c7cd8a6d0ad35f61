/** Parser of numbers in options and fields: bounded; refuses blanks, NaN and trailing text. */

import { quoted } from './errors.js';

export interface NumberBounds {
  readonly integer?: boolean;
  readonly min?: number;
  readonly max?: number;
}

const decimal = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Reads a decimal number within bounds.
 * Throws a RangeError that names what was expected; the caller adds the option's name.
 */
export function parseNumber(text: string, bounds: NumberBounds = {}): number {
  const value = decimal.test(text) ? Number(text) : Number.NaN;
  const fits =
    Number.isFinite(value) &&
    (!bounds.integer || Number.isSafeInteger(value)) &&
    value >= (bounds.min ?? -Infinity) &&
    value <= (bounds.max ?? Infinity);
  if (!fits) throw new RangeError(`${quoted(text)} is not ${describeBounds(bounds)}`);
  // −0 becomes 0.
  return value + 0;
}

/** The bounds in words: `a whole number from 1 to 10`. */
export function describeBounds({ integer, min, max }: NumberBounds): string {
  const kind = integer ? 'a whole number' : 'a number';
  if (min !== undefined && max !== undefined) return `${kind} from ${min} to ${max}`;
  if (min !== undefined) return `${kind} of at least ${min}`;
  if (max !== undefined) return `${kind} of at most ${max}`;
  return kind;
}
