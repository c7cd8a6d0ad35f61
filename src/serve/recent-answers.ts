/** The last predictions, by request: what feedback is held against. */

import type { PredictionEvent } from './prediction-event.js';

export interface RecentAnswer {
  readonly model: string;
  /** Label predicted for an image of the request; undefined where it had no such image. */
  readonly prediction: (index: number) => number | undefined;
}

interface Entry {
  readonly model: string;
  /** Index of the image → label. */
  readonly predictions: Map<number, number>;
}

export class RecentAnswers {
  readonly #entries = new Map<string, Entry>();
  #images = 0;

  constructor(
    /** Images remembered; the oldest requests are forgotten for new ones. */
    readonly most = 10_000,
  ) {}

  note({ id, model, start, count, best, classes, shadow }: PredictionEvent): void {
    if (shadow) return;
    const entry = this.#entries.get(id) ?? { model, predictions: new Map<number, number>() };
    const before = entry.predictions.size;
    for (let i = 0; i < count; i++) entry.predictions.set(start + i, classes.labels[best[i]!]!);
    this.#images += entry.predictions.size - before;
    this.#entries.set(id, entry);
    for (const [oldest, { predictions }] of this.#entries) {
      if (this.#images <= this.most) break;
      this.#entries.delete(oldest);
      this.#images -= predictions.size;
    }
  }

  get(id: string): RecentAnswer | undefined {
    const entry = this.#entries.get(id);
    return entry && { model: entry.model, prediction: (index) => entry.predictions.get(index) };
  }
}
