/** A map that remembers the entries set last. */

export class RecentMap<T> {
  /** Two generations: forgetting one entry at a time from the front of a Map takes time with what went before. */
  #recent = new Map<string, T>();
  #older = new Map<string, T>();

  constructor(
    /** Entries remembered at least, and twice as many at most. */
    readonly least: number,
  ) {}

  get(key: string): T | undefined {
    return this.#recent.get(key) ?? this.#older.get(key);
  }

  set(key: string, value: T): void {
    this.#older.delete(key);
    this.#recent.set(key, value);
    if (this.#recent.size < this.least) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}
