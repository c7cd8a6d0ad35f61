/** Numeric arrays of NumPy and MATLAB, and the exact way from their values to bytes. */

import { OperationalError } from '../core/errors.js';

export interface NumericArray {
  /** Outermost first. */
  readonly shape: readonly number[];
  /** [...shape], in row-major order. */
  readonly values: ArrayLike<number>;
}

/** Reorders values whose first index runs fastest, as Fortran and MATLAB store them, to row-major order. */
export function rowMajor<T extends ArrayLike<number> & { slice(): T }>(
  values: T,
  shape: readonly number[],
): T {
  const ordered = values.slice() as T & { [index: number]: number };
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((a, b) => a * b, 1));
  const at = new Array<number>(shape.length).fill(0);
  let from = 0;
  for (let to = 0; to < values.length; to++) {
    ordered[to] = values[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      at[axis] = at[axis]! + 1;
      from += strides[axis]!;
      if (at[axis]! < shape[axis]!) break;
      from -= strides[axis]! * shape[axis]!;
      at[axis] = 0;
    }
  }
  return ordered;
}

/**
 * Pixels as bytes: whole numbers from 0 to 255 as they are, whatever their type; numbers of which none exceeds 1 as
 * shares of 255, rounded. OperationalError names the first value that is neither.
 */
export function bytesOf({ shape, values }: NumericArray, where: string): Uint8Array {
  if (values instanceof Uint8Array) return values;
  let most = 0;
  let whole = true;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!(value >= 0 && value <= 255)) refuse(i);
    if (value > most) most = value;
    if (!Number.isInteger(value)) whole = false;
  }
  const factor = most <= 1 && !whole ? 255 : 1;
  const bytes = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (factor === 1 && !Number.isInteger(value)) refuse(i);
    bytes[i] = Math.round(value * factor);
  }
  return bytes;

  function refuse(i: number): never {
    throw new OperationalError(
      where,
      `the value at [${position(i, shape).join(', ')}] is ${values[i]}; whole numbers from 0 to 255, or numbers from 0 to 1, were expected`,
    );
  }
}

/** Labels as bytes; an axis of 1 behind the first is no other shape. OperationalError names what is none. */
export function labelsOf({ shape, values }: NumericArray, where: string): Uint8Array {
  if (shape.slice(1).some((size) => size !== 1) && shape[0] !== 1)
    throw new OperationalError(
      where,
      `labels of ${shape.join(' × ')} values; n or n × 1 were expected`,
    );
  return Uint8Array.from(values, (value, i) => {
    if (Number.isInteger(value) && value >= 0 && value <= 255) return value;
    throw new OperationalError(
      where,
      `label ${i} is ${value}; a whole number from 0 to 255 was expected`,
    );
  });
}

function position(index: number, shape: readonly number[]): number[] {
  let rest = index;
  return shape
    .toReversed()
    .map((size) => {
      const at = rest % size;
      rest = Math.floor(rest / size);
      return at;
    })
    .reverse();
}
