/**
 * Join of true labels, told later, with the served images they are about, by request and position. One label an image:
 * the last that is told. A request id that was used again names no image.
 */

import { RecentMap } from './recent-map.js';

interface Joined<T> {
  readonly value: T;
  label: number | undefined;
  /** Served more than once under this id and position. */
  ambiguous: boolean;
}

/** A label joined with its image. */
export interface JoinedLabel<T> {
  /** What was noted of the image. */
  readonly value: T;
  /** The label told before; undefined where this is the first. */
  readonly before: number | undefined;
}

export class LabelJoin<T> {
  readonly #images: RecentMap<Joined<T>>;

  /** least: images remembered at least, and twice as many at most. */
  constructor(least = 25_000) {
    this.#images = new RecentMap(least);
  }

  /** Notes a served image, with its label where it came with one. */
  note(id: string, index: number, value: T, label?: number): void {
    const key = `${index} ${id}`;
    const ambiguous = this.#images.get(key) !== undefined;
    this.#images.set(key, { value, label, ambiguous });
  }

  /** True where an image of that name is remembered, named once or more often. */
  has(id: string, index: number): boolean {
    return this.#images.get(`${index} ${id}`) !== undefined;
  }

  /** What was noted of an image; undefined where it is forgotten or was never here, 'ambiguous' where the name is of several. */
  find(id: string, index: number): T | 'ambiguous' | undefined {
    const found = this.#images.get(`${index} ${id}`);
    return found?.ambiguous ? 'ambiguous' : found?.value;
  }

  /** Takes a label: the last one counts. As `find`, with the label that it replaces. */
  label(id: string, index: number, label: number): JoinedLabel<T> | 'ambiguous' | undefined {
    const found = this.#images.get(`${index} ${id}`);
    if (!found) return undefined;
    if (found.ambiguous) return 'ambiguous';
    const before = found.label;
    found.label = label;
    return { value: found.value, before };
  }
}
