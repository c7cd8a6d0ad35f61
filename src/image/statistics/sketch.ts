/**
 * A sketch of many numbers for their quantiles, which merges exactly: a fixed grid of bins, so the counts of two
 * sketches add up to the counts of one. (Sketches that choose their bins by what they see, such as t-digest or KLL,
 * cannot do that.) The grid is that of f32 numbers cut to 12 bits of mantissa, so every number is known to 1 in 8,192.
 */

const droppedBits = 11;
const binCount = 2 ** (32 - droppedBits);

/** The bins that hold something, ascending by bin number, and how much. */
export interface SketchState {
  readonly count: number;
  /** Exact; absent while nothing was added. */
  readonly min?: number;
  readonly max?: number;
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}

export class Sketch {
  count = 0;
  min = Infinity;
  max = -Infinity;
  readonly #counts = new Float64Array(binCount);
  readonly #value = new Float32Array(1);
  readonly #bits = new Uint32Array(this.#value.buffer);

  /** value: finite, within the range of f32. */
  add(value: number): void {
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    this.#value[0] = value;
    const bin = (this.#bits[0] as number) >>> droppedBits;
    this.#counts[bin] = (this.#counts[bin] as number) + 1;
    this.count++;
  }

  /**
   * The values below which each share of the numbers lies: the middle of the first bin at which so many are reached
   * (the inverse of the empirical distribution, as NumPy's `inverted_cdf`), within the least and greatest number.
   * shares: ascending. Empty for an empty sketch.
   */
  quantiles(shares: readonly number[]): number[] {
    if (this.count === 0) return [];
    const found: number[] = [];
    let reached = 0;
    for (const bin of this.#ascending()) {
      reached += this.#counts[bin] as number;
      while (found.length < shares.length) {
        const share = shares[found.length] as number;
        if (reached < Math.max(1, Math.ceil(share * this.count - 1e-6))) break;
        found.push(this.#within(share, this.#middle(bin)));
      }
    }
    return found;
  }

  state(): SketchState {
    const bins: number[] = [];
    for (let bin = 0; bin < binCount; bin++) if (this.#counts[bin] !== 0) bins.push(bin);
    const counts = bins.map((bin) => this.#counts[bin] as number);
    const extremes = this.count > 0 ? { min: this.min, max: this.max } : {};
    return { count: this.count, ...extremes, bins, counts };
  }

  /** Adds what another sketch holds. */
  absorb({ count, min = Infinity, max = -Infinity, bins, counts }: SketchState): void {
    this.count += count;
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
    for (const [i, bin] of bins.entries())
      this.#counts[bin] = (this.#counts[bin] as number) + (counts[i] as number);
  }

  /** Filled bins by value: the negative half of the grid runs backwards. */
  *#ascending(): Generator<number> {
    const half = binCount / 2;
    for (let bin = binCount - 1; bin >= half; bin--) if (this.#counts[bin] !== 0) yield bin;
    for (let bin = 0; bin < half; bin++) if (this.#counts[bin] !== 0) yield bin;
  }

  #middle(bin: number): number {
    this.#bits[0] = bin << droppedBits;
    const edge = this.#value[0] as number;
    this.#bits[0] = (bin << droppedBits) | (1 << (droppedBits - 1));
    // The bin that holds 0 is taken for 0: black images are not almost black.
    return edge === 0 ? 0 : (this.#value[0] as number);
  }

  #within(share: number, value: number): number {
    if (share === 0) return this.min;
    if (share === 1) return this.max;
    return Math.min(this.max, Math.max(this.min, value));
  }
}
