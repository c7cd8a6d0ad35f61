/** Random measures of a garment: a few distributions over a seeded generator. */

import type { Generator } from '../../random/generator.js';

export class Dice {
  constructor(readonly generator: Generator) {}

  /** Uniform on [low, high). */
  between(low: number, high: number): number {
    return low + (high - low) * this.generator.uniform();
  }

  /** Most often near the middle of [low, high): the mean of two uniform draws. */
  around(low: number, high: number): number {
    return (this.between(low, high) + this.between(low, high)) / 2;
  }

  chance(probability: number): boolean {
    return this.generator.uniform() < probability;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.generator.below(list.length)] as T;
  }

  normal(): number {
    return this.generator.normal();
  }
}
