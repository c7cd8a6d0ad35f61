/**
 * A sketch of many numbers for their quantiles, which merges exactly: a fixed grid of bins, so the counts of two
 * sketches add up to the counts of one. (Sketches that choose their bins by what they see, such as t-digest or KLL,
 * cannot do that.) The grid is that of f32 numbers cut to 12 bits of mantissa, so every number is known to 1 in 8,192.
 */

const droppedBits = 11;
export const binCount = 2 ** (32 - droppedBits);
/** Bins are kept in pages, of which a set of images touches a few. */
const pageBits = 12;
const pageBins = 2 ** pageBits;

/** The bins that hold something, ascending by bin number, and how much. */
export interface SketchState {
  readonly count: number;
  /** Exact; absent while nothing was added. */
  readonly min?: number;
  readonly max?: number;
  readonly bins: readonly number[];
  readonly counts: readonly number[];
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** Rounds a number to the sketch's grid: the middle of its bin. */
export function onGrid(value: number): number {
  scratch[0] = value;
  return middleOf(scratchBits[0]! >>> droppedBits);
}

function middleOf(bin: number): number {
  scratchBits[0] = bin << droppedBits;
  // The bin that holds 0 is taken for 0: black images are not almost black.
  if (scratch[0] === 0) return 0;
  scratchBits[0] = (bin << droppedBits) | (1 << (droppedBits - 1));
  return scratch[0]!;
}

export class Sketch {
  count = 0;
  min = Infinity;
  max = -Infinity;
  readonly #pages: (Float64Array | undefined)[] = new Array(binCount / pageBins).fill(undefined);

  /** value: finite, within the range of f32. */
  add(value: number): void {
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    scratch[0] = value;
    this.#count(scratchBits[0]! >>> droppedBits, 1);
    this.count++;
  }

  /** Takes back a number that was added. Where it was an extreme, the next one is known as any number is: to its bin. */
  remove(value: number): void {
    scratch[0] = value;
    this.#count(scratchBits[0]! >>> droppedBits, -1);
    this.count--;
    if (value > this.min && value < this.max) return;
    const { bins } = this.#ascending();
    const [first, last] = [bins[0], bins.at(-1)];
    this.min = first === undefined ? Infinity : Math.max(this.min, middleOf(first));
    this.max = last === undefined ? -Infinity : Math.min(this.max, middleOf(last));
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
    const { bins, counts } = this.#ascending();
    for (const [i, bin] of bins.entries()) {
      reached += counts[i]!;
      while (found.length < shares.length) {
        const share = shares[found.length]!;
        if (reached < Math.max(1, Math.ceil(share * this.count - 1e-6))) break;
        found.push(this.#within(share, middleOf(bin)));
      }
    }
    return found;
  }

  /** What it knows, by value: the middles of the filled bins, ascending, and how many numbers each holds. */
  steps(): { values: number[]; counts: number[]; count: number } {
    const { bins, counts } = this.#ascending();
    return { values: bins.map((bin) => middleOf(bin)), counts, count: this.count };
  }

  state(): SketchState {
    const extremes = this.count > 0 ? { min: this.min, max: this.max } : {};
    return { count: this.count, ...extremes, ...this.#filled() };
  }

  /** Adds what another sketch holds. */
  absorb({ count, min = Infinity, max = -Infinity, bins, counts }: SketchState): void {
    this.count += count;
    this.min = Math.min(this.min, min);
    this.max = Math.max(this.max, max);
    for (const [i, bin] of bins.entries()) this.#count(bin, counts[i]!);
  }

  #count(bin: number, times: number): void {
    const at = bin >>> pageBits;
    let page = this.#pages[at];
    if (!page) {
      page = new Float64Array(pageBins);
      this.#pages[at] = page;
    }
    const within = bin & (pageBins - 1);
    page[within] = page[within]! + times;
  }

  /** Filled bins and their counts, by number. */
  #filled(): { bins: number[]; counts: number[] } {
    const bins: number[] = [];
    const counts: number[] = [];
    for (const [at, page] of this.#pages.entries()) {
      if (!page) continue;
      for (let within = 0; within < pageBins; within++) {
        const times = page[within]!;
        if (times === 0) continue;
        bins.push(at * pageBins + within);
        counts.push(times);
      }
    }
    return { bins, counts };
  }

  /** The same by value: the negative half of the grid comes second, and runs backwards. */
  #ascending(): { bins: number[]; counts: number[] } {
    const { bins, counts } = this.#filled();
    const negative = bins.findIndex((bin) => bin >= binCount / 2);
    if (negative < 0) return { bins, counts };
    const turned = (list: number[]) => [...list.splice(negative).reverse(), ...list];
    return { bins: turned(bins), counts: turned(counts) };
  }

  #within(share: number, value: number): number {
    if (share === 0) return this.min;
    if (share === 1) return this.max;
    return Math.min(this.max, Math.max(this.min, value));
  }
}
