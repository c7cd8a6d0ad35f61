/** The most confident mistakes: the images on which a model is wrong and surest of itself, often the wrongly labelled ones. */

export interface Mistake {
  /** Position in the stream, from 0. */
  readonly index: number;
  /** Class indexes. */
  readonly truth: number;
  readonly prediction: number;
  /** The probability of the predicted class, and of the true one. */
  readonly confidence: number;
  readonly truthProbability: number;
  /** [rows, columns] raw bytes, where the stream's images are at hand. */
  readonly pixels?: Uint8Array;
}

/** Keeps the `most` most confident mistakes seen so far; of equal ones the earlier. */
export class ConfidentMistakes<M extends Mistake = Mistake> {
  readonly #kept: M[] = [];

  constructor(readonly most: number) {}

  /** Whether a mistake of this confidence would be kept: lets the caller spare the copy of the image. */
  wants(confidence: number): boolean {
    const last = this.#kept[this.most - 1];
    return this.most > 0 && (!last || confidence > last.confidence);
  }

  add(mistake: M): void {
    if (!this.wants(mistake.confidence)) return;
    let low = 0;
    let high = this.#kept.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#kept[middle]!.confidence >= mistake.confidence) low = middle + 1;
      else high = middle;
    }
    this.#kept.splice(low, 0, mistake);
    if (this.#kept.length > this.most) this.#kept.pop();
  }

  /** Most confident first. */
  list(): readonly M[] {
    return this.#kept;
  }
}
