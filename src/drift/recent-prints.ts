/** Fingerprints of the last images of a window, and what was noted of each: a copy counts once. */

export class RecentPrints<T> {
  /** Two generations, as in the join of labels: what is forgotten goes all at once. */
  #recent = new Map<number, T>();
  #older = new Map<number, T>();

  constructor(
    /** Images remembered at least, and twice as many at most. */
    readonly least = 2 ** 19,
  ) {}

  get(print: number): T | undefined {
    return this.#recent.get(print) ?? this.#older.get(print);
  }

  add(print: number, noted: T): void {
    this.#recent.set(print, noted);
    if (this.#recent.size < this.least) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }
}
