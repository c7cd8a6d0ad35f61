/** What was served and not yet judged: a label that comes later, as feedback, finds its prediction here. */

export interface Awaiting {
  readonly prediction: number;
  readonly confidence: number | undefined;
}

export class AwaitedLabels {
  readonly #waiting = new Map<string, Awaiting>();

  constructor(
    /** Images remembered; the oldest are forgotten for new ones. */
    readonly most = 100_000,
  ) {}

  note(id: string, index: number, answer: Awaiting): void {
    this.#waiting.set(`${index} ${id}`, answer);
    if (this.#waiting.size <= this.most) return;
    for (const oldest of this.#waiting.keys()) {
      this.#waiting.delete(oldest);
      break;
    }
  }

  /** The answer that a label is about, once; undefined where it is forgotten, was judged before, or was never here. */
  take(id: string, index: number): Awaiting | undefined {
    const key = `${index} ${id}`;
    const found = this.#waiting.get(key);
    this.#waiting.delete(key);
    return found;
  }
}
