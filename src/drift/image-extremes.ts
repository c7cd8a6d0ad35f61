/** Images worth showing: of every feature those with the least and the greatest value, and the first of all. */

import type { ByteImage } from '../image/corruptions/corruption.js';
import type { Observation } from './observation.js';

export interface KeptImage {
  readonly image: ByteImage;
  /** Of the feature that it was kept for. */
  readonly value: number;
  readonly label: number | undefined;
  readonly prediction: number | undefined;
}

interface Ends {
  /** Ascending, and descending. */
  readonly least: KeptImage[];
  readonly greatest: KeptImage[];
}

export class ImageExtremes {
  readonly first: KeptImage[] = [];
  readonly #ends = new Map<string, Ends>();

  constructor(
    /** Images at either end. */
    readonly most = 8,
  ) {}

  add({ image, features, confidence, label, prediction }: Observation): void {
    if (!image) return;
    let copied: ByteImage | undefined;
    // The observation's pixels are the caller's memory.
    const kept = (value: number): KeptImage => {
      copied ??= { ...image, pixels: image.pixels.slice() };
      return { image: copied, value, label, prediction };
    };
    if (this.first.length < this.most) this.first.push(kept(0));
    for (const [name, value] of features) this.#offer(name, value, kept);
    if (confidence !== undefined) this.#offer('confidence', confidence, kept);
  }

  absorb(other: ImageExtremes): void {
    this.first.push(...other.first.slice(0, this.most - this.first.length));
    for (const [name, { least, greatest }] of other.#ends)
      for (const kept of new Set([...least, ...greatest]))
        this.#offer(name, kept.value, () => kept);
  }

  /** The images furthest out in a feature, the furthest first. */
  of(name: string, end: 'least' | 'greatest'): readonly KeptImage[] {
    return this.#ends.get(name)?.[end] ?? [];
  }

  #offer(name: string, value: number, kept: (value: number) => KeptImage): void {
    let ends = this.#ends.get(name);
    if (!ends) {
      ends = { least: [], greatest: [] };
      this.#ends.set(name, ends);
    }
    let one: KeptImage | undefined;
    // At both ends it is the same: `absorb` must not take it for two.
    const once = (of: number) => {
      one ??= kept(of);
      return one;
    };
    this.#place(ends.least, value, once, (other) => value < other);
    this.#place(ends.greatest, value, once, (other) => value > other);
  }

  #place(
    list: KeptImage[],
    value: number,
    kept: (value: number) => KeptImage,
    isBefore: (other: number) => boolean,
  ): void {
    const last = list.at(-1);
    if (list.length === this.most && last && !isBefore(last.value)) return;
    const at = list.findIndex((other) => isBefore(other.value));
    list.splice(at < 0 ? list.length : at, 0, kept(value));
    list.length = Math.min(list.length, this.most);
  }
}
