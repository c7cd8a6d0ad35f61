/**
 * Times of any length in bounded memory: a log-linear histogram of whole microseconds, as HdrHistogram has it
 * (https://hdrhistogram.github.io/HdrHistogram/). Up to 256 µs each microsecond has a bucket of its own; from there on
 * every power of two is cut into 128, so that a bucket is at most 1/128 of its value wide.
 */

const exact = 256;
const parts = 128;
/** Longest time told apart: 2^36 µs, 19 hours. */
const buckets = exact + (36 - 8) * parts;

export class LatencyHistogram {
  readonly #counts = new Float64Array(buckets);
  #count = 0;
  #sum = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = 0;

  get count(): number {
    return this.#count;
  }

  /** Mean in milliseconds, of the times as they were and not of their buckets; NaN where there are none. */
  get mean(): number {
    return this.#sum / this.#count;
  }

  /** Shortest and longest time in milliseconds, as they were; NaN where there are none. */
  get min(): number {
    return this.#count > 0 ? this.#min : Number.NaN;
  }

  get max(): number {
    return this.#count > 0 ? this.#max : Number.NaN;
  }

  /** Counts a time in milliseconds; less than nothing counts as nothing. */
  record(milliseconds: number, times = 1): void {
    const value = Math.max(0, milliseconds);
    const bucket = bucketOf(Math.round(value * 1000));
    this.#counts[bucket] = this.#counts[bucket]! + times;
    this.#count += times;
    this.#sum += value * times;
    this.#min = Math.min(this.#min, value);
    this.#max = Math.max(this.#max, value);
  }

  /** Adds what another one has counted; the sum is that of one that had counted both. */
  add(other: LatencyHistogram): void {
    for (const [i, count] of other.#counts.entries())
      if (count > 0) this.#counts[i] = this.#counts[i]! + count;
    this.#count += other.#count;
    this.#sum += other.#sum;
    this.#min = Math.min(this.#min, other.#min);
    this.#max = Math.max(this.#max, other.#max);
  }

  /**
   * The time in milliseconds that a share of all does not exceed (nearest rank: the ⌈share · n⌉-th shortest), as its
   * bucket's upper end, which is at most 1/128 above it, and never beyond the longest. NaN where there are none.
   */
  quantile(share: number): number {
    if (this.#count === 0) return Number.NaN;
    const rank = Math.max(1, Math.ceil(share * this.#count - 1e-9));
    let seen = 0;
    for (const [i, count] of this.#counts.entries()) {
      seen += count;
      if (count > 0 && seen >= rank)
        return Math.min(this.#max, Math.max(this.#min, upperEnd(i) / 1000));
    }
    return this.#max;
  }

  /** Buckets that hold something, in ascending order: [upper end in microseconds, count]. */
  entries(): [microseconds: number, count: number][] {
    const held: [number, number][] = [];
    for (const [i, count] of this.#counts.entries()) if (count > 0) held.push([upperEnd(i), count]);
    return held;
  }
}

function bucketOf(microseconds: number): number {
  if (microseconds < exact) return microseconds;
  const power = Math.floor(Math.log2(microseconds));
  const width = 2 ** (power - 7);
  // The logarithm of a number just below a power of two may round up to it.
  const within = Math.max(0, Math.floor((microseconds - 2 ** power) / width));
  return Math.min(buckets - 1, exact + (power - 8) * parts + within);
}

/** The largest number of whole microseconds that falls into a bucket. */
function upperEnd(bucket: number): number {
  if (bucket < exact) return bucket;
  const power = 8 + Math.floor((bucket - exact) / parts);
  const width = 2 ** (power - 7);
  return 2 ** power + (((bucket - exact) % parts) + 1) * width - 1;
}
