/** sfc32, the 32-bit "small fast counter" generator of Chris Doty-Humphrey's PractRand: 128 bits of state, period at least 2^32. */

import type { Key } from './key.js';

export class Generator {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  constructor(key: Key) {
    [this.#a, this.#b, this.#c] = key as unknown as [number, number, number];
    this.#counter = key[3] | 1;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** The next 32 random bits, as an unsigned number. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform on [0, 1), in steps of 2^-32. */
  uniform(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** A whole number uniform on [0, bound), without bias (rejection); bound from 1 to 2^32. */
  below(bound: number): number {
    if (!(bound >= 1 && bound <= 0x1_0000_0000))
      throw new RangeError(`a bound of ${bound}; 1 to 2^32 was expected`);
    const limit = 0x1_0000_0000 - (0x1_0000_0000 % bound);
    for (;;) {
      const value = this.next();
      if (value < limit) return value % bound;
    }
  }

  /** Standard normal, by the polar method of Marsaglia. */
  normal(): number {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * Math.log(square)) / square);
    }
  }
}

/** The numbers 0 … count−1 in random order (Fisher–Yates). */
export function permutation(count: number, generator: Generator): Uint32Array {
  const order = Uint32Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = generator.below(i + 1);
    const held = order[i]!;
    order[i] = order[j]!;
    order[j] = held;
  }
  return order;
}
