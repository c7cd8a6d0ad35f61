/**
 * Sums of f32 numbers without any rounding, so that order and grouping do not matter: shards add up to exactly what
 * one pass gives. Eight neighbouring exponents share a bin; the numbers of a bin are whole multiples of its least unit
 * and below 2^31 of them, so a double adds 2^22 of them exactly before the bins are emptied into whole numbers of any size.
 */

const exponentsPerBin = 8;
const binsPerSum = 256 / exponentsPerBin;
/** Sums are whole multiples of 2^-149, the least f32 number. */
const unitExponent = 149;
const addsBeforeCarry = 2 ** 22;

/** Totals as whole multiples of 2^exponent, in hexadecimal; the exponent is the largest that serves, so equal totals read alike. */
export interface ExactState {
  readonly exponent: number;
  readonly totals: readonly string[];
}

export class ExactSums {
  readonly #bins: Float64Array;
  readonly #totals: bigint[];
  #adds = 0;
  readonly #value = new Float32Array(1);
  readonly #bits = new Uint32Array(this.#value.buffer);

  /** `size` sums, all 0. */
  constructor(readonly size: number) {
    this.#bins = new Float64Array(size * binsPerSum);
    this.#totals = new Array<bigint>(size).fill(0n);
  }

  /** Adds one number to each sum: values[start + i] to sum i. `bits` is a view on the memory of `values`; all must be finite. */
  addRow(values: Float32Array, bits: Uint32Array, start: number): void {
    const { size } = this;
    const bins = this.#bins;
    for (let i = 0; i < size; i++) {
      const at = ((bits[start + i]! >>> 26) & 31) * size + i;
      bins[at] = bins[at]! + values[start + i]!;
    }
    this.#count();
  }

  /** Adds a double to sum `at`, exactly but for what lies below 2^-149. */
  add(value: number, at = 0): void {
    let rest = value;
    // 53 bits of mantissa in portions of 24.
    for (let portion = 0; portion < 3 && rest !== 0; portion++) {
      this.#value[0] = rest;
      const part = this.#value[0]!;
      if (!Number.isFinite(part)) throw new RangeError(`${value} is beyond the range of f32`);
      const bin = ((this.#bits[0]! >>> 26) & 31) * this.size + at;
      this.#bins[bin] = this.#bins[bin]! + part;
      rest -= part;
    }
    this.#count();
  }

  /** The exact totals, in units of 2^-149. */
  totals(): readonly bigint[] {
    this.#carry();
    return this.#totals;
  }

  state(): ExactState {
    const totals = this.totals();
    const shared = totals.reduce((all, total) => all | (total < 0n ? -total : total), 0n);
    const shift = shared === 0n ? BigInt(unitExponent) : trailingZeros(shared);
    return {
      exponent: Number(shift) - unitExponent,
      totals: totals.map((total) => (total >> shift).toString(16)),
    };
  }

  /** Adds what others have summed. Throws a RangeError on a state that is none. */
  absorb({ exponent, totals }: ExactState): void {
    const known = Number.isInteger(exponent) && exponent >= -unitExponent && exponent < 256;
    if (totals.length !== this.size || !known)
      throw new RangeError(`${this.size} exact sums were expected`);
    const shift = BigInt(exponent + unitExponent);
    for (const [i, text] of totals.entries())
      this.#totals[i] = this.#totals[i]! + (wholeOf(text) << shift);
  }

  #count(): void {
    if (++this.#adds === addsBeforeCarry) this.#carry();
  }

  #carry(): void {
    if (this.#adds === 0) return;
    for (let at = 0; at < this.#bins.length; at++) {
      const held = this.#bins[at]!;
      if (held === 0) continue;
      this.#totals[at % this.size] =
        this.#totals[at % this.size]! + BigInt(held * 2 ** unitExponent);
    }
    this.#bins.fill(0);
    this.#adds = 0;
  }
}

/** A total in units of 2^-149 as the nearest double. */
export function valueOfTotal(total: bigint): number {
  return Number(total) / 2 ** unitExponent;
}

/** Mean and population deviation of `count` numbers from their exact totals; both in units of 2^-149. count ≥ 1. */
export function momentsOfTotals(count: number, sum: bigint, squares: bigint) {
  const n = BigInt(count);
  const numerator = n * (squares << BigInt(unitExponent)) - sum * sum;
  const variance = numerator > 0n ? Number(numerator) / 2 ** (2 * unitExponent) : 0;
  return { mean: valueOfTotal(sum) / count, deviation: Math.sqrt(variance) / count };
}

function trailingZeros(value: bigint): bigint {
  const digits = value.toString(2);
  return BigInt(digits.length - 1 - digits.lastIndexOf('1'));
}

function wholeOf(text: string): bigint {
  const digits = /^(-?)([0-9a-f]+)$/.exec(text);
  if (!digits) throw new RangeError(`'${text}' is not a whole number in hexadecimal`);
  const value = BigInt(`0x${digits[2]}`);
  return digits[1] ? -value : value;
}
