/** Delayed labels: served predictions that wait for their label, which comes later as feedback. */

export interface UnlabelledObservation {
  readonly prediction: number;
  readonly confidence: number | undefined;
}

export class DelayedLabels {
  /** Two generations: forgetting one image at a time from the front of a Map takes time with what went before. */
  #recent = new Map<string, UnlabelledObservation>();
  #older = new Map<string, UnlabelledObservation>();

  constructor(
    /** Images remembered at least, and twice as many at most. */
    readonly least = 25_000,
  ) {}

  note(id: string, index: number, answer: UnlabelledObservation): void {
    this.#recent.set(`${index} ${id}`, answer);
    if (this.#recent.size < this.least) return;
    this.#older = this.#recent;
    this.#recent = new Map();
  }

  /** The answer that a label is about, once; undefined where it is forgotten, was judged before, or was never here. */
  take(id: string, index: number): UnlabelledObservation | undefined {
    const key = `${index} ${id}`;
    const found = this.#recent.get(key) ?? this.#older.get(key);
    this.#recent.delete(key);
    this.#older.delete(key);
    return found;
  }
}
