/** Some of many vectors, chosen so that neither order nor shards matter. */

import { createHash } from 'node:crypto';

interface Kept {
  readonly key: string;
  readonly vector: readonly number[];
}

/** Vectors a sample holds at most: the kernel test takes time with the square of it. */
export const sampleSize = 500;

/** The vectors whose digests are the least: a sample at random of distinct vectors, and the same whatever the order. */
export class EmbeddingSample {
  #kept: Kept[] = [];
  #limit: string | undefined;

  constructor(readonly size = sampleSize) {}

  get vectors(): readonly (readonly number[])[] {
    this.#trim();
    return this.#kept.map(({ vector }) => vector);
  }

  /** Numbers a vector; undefined while there is none. */
  get width(): number | undefined {
    return this.#kept[0]?.vector.length;
  }

  add(vector: readonly number[]): void {
    // −0, which JSON does not know, becomes 0.
    const plain = Float64Array.from(vector, (value) => value + 0);
    const key = createHash('sha256').update(plain).digest('hex');
    if (this.#limit !== undefined && key >= this.#limit) return;
    this.#kept.push({ key, vector: [...plain] });
    if (this.#kept.length >= 2 * this.size) this.#trim();
  }

  absorb(other: EmbeddingSample): void {
    this.#kept.push(...other.#kept);
    this.#trim();
  }

  #trim(): void {
    this.#kept.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
    this.#kept.length = Math.min(this.#kept.length, this.size);
    if (this.#kept.length === this.size) this.#limit = this.#kept.at(-1)?.key;
  }
}
