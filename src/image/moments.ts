/** Mean and deviation out of exact whole-number sums, so that they do not depend on the order or grouping of what was summed. */

export interface Moments {
  readonly mean: number;
  /** Population standard deviation (divided by the count, not by one less), as NumPy's `std`. */
  readonly deviation: number;
}

/** Exact whole numbers: `number` up to 2^53, `bigint` beyond. */
export type Whole = number | bigint;

/**
 * Moments of `count` whole numbers from their sum and their sum of squares; all three exact.
 * The variance's numerator, count × squares − sum², is formed without rounding. count ≥ 1.
 */
export function momentsOfSums(count: Whole, sum: Whole, squares: Whole): Moments {
  if (typeof count === 'number' && typeof sum === 'number' && typeof squares === 'number') {
    const product = count * squares;
    if (product <= Number.MAX_SAFE_INTEGER)
      return { mean: sum / count, deviation: Math.sqrt(product - sum * sum) / count };
  }
  const [n, s, q] = [BigInt(count), BigInt(sum), BigInt(squares)];
  return {
    mean: Number(sum) / Number(count),
    deviation: Math.sqrt(Number(n * q - s * s)) / Number(count),
  };
}

/** Count, sum and sum of squares of the values 0, 1, 2, … that occur `histogram[value]` times. */
export function sumsOfHistogram(histogram: ArrayLike<number>) {
  let [count, sum, squares] = [0n, 0n, 0n];
  for (let value = 0; value < histogram.length; value++) {
    const times = BigInt(histogram[value]!);
    count += times;
    sum += times * BigInt(value);
    squares += times * BigInt(value * value);
  }
  return { count, sum, squares };
}

/** Adds the bytes' counts to a histogram of 256 places. Four tables take turns: one alone waits for its own last write wherever pixels repeat. */
export function countBytes(bytes: Uint8Array, histogram: Float64Array): void {
  const counts = new Uint32Array(4 * 256);
  const whole = bytes.length & ~3;
  for (let i = 0; i < whole; i += 4) {
    increment(counts, bytes[i]!);
    increment(counts, 256 + bytes[i + 1]!);
    increment(counts, 512 + bytes[i + 2]!);
    increment(counts, 768 + bytes[i + 3]!);
  }
  for (let i = whole; i < bytes.length; i++) increment(counts, bytes[i]!);
  for (let i = 0; i < counts.length; i++) histogram[i & 255] = histogram[i & 255]! + counts[i]!;
}

function increment(counts: Uint32Array, at: number): void {
  counts[at] = counts[at]! + 1;
}
