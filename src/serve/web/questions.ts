/** Debounced prediction requests for the drawing board, one at a time. */

import type { Board } from './board.js';
import type { Card } from './card.js';
import { percentText } from './elements.js';
import { Refusal, type SeenPrediction, type ServiceClient } from './service.js';

export interface QuestionOptions {
  readonly service: ServiceClient;
  readonly board: Board;
  readonly cards: () => readonly Card[];
  readonly polarity: () => string;
  readonly crop: () => boolean;
  readonly onTrouble: (error: unknown) => void;
  /** Told when all have answered; of none where the board is empty. */
  readonly onAnswers: (answers: readonly SeenPrediction[]) => void;
  readonly say: (text: string) => void;
}

/** Milliseconds without a change until models are asked. */
const rest = 140;

export class Questions {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking: AbortController | undefined;

  constructor(readonly options: QuestionOptions) {}

  /** Something has changed. */
  stir(): void {
    clearTimeout(this.#timer);
    this.#asking?.abort();
    this.#timer = setTimeout(() => void this.#ask(), rest);
  }

  /** What speaks for a class that is not the predicted one. */
  async why(card: Card, label: number): Promise<void> {
    const { board, crop } = this.options;
    if (!this.#asking || board.empty) return;
    const { signal } = this.#asking;
    await this.#settled(signal, async () =>
      this.#explain(card, await board.picture(crop()), label, signal),
    );
  }

  async #ask(): Promise<void> {
    const { board, cards, crop, onAnswers, say } = this.options;
    this.#asking = new AbortController();
    const { signal } = this.#asking;
    if (board.empty) {
      for (const card of cards()) card.rest();
      return onAnswers([]);
    }
    await this.#settled(signal, async () => {
      const picture = await board.picture(crop());
      const answers = await Promise.all(
        cards().map((card) => this.#predict(card, picture, signal)),
      );
      onAnswers(answers);
      say(
        cards()
          .map((card, i) => spoken(card, answers[i]))
          .join('; '),
      );
      await Promise.all(
        cards().map((card, i) => this.#explain(card, picture, answers[i]?.label, signal)),
      );
    });
  }

  /** Errors go to the listener, unless a newer request has replaced this one. */
  async #settled(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (signal.aborted) return;
      this.options.onAnswers([]);
      this.options.onTrouble(error);
    }
  }

  async #predict(card: Card, picture: Blob, signal: AbortSignal): Promise<SeenPrediction> {
    const { service, polarity } = this.options;
    try {
      const answer = await service.predict(card.model, picture, polarity(), signal);
      card.show(answer);
      return answer;
    } catch (error) {
      if (error instanceof Refusal) card.rest('No answer');
      throw error;
    }
  }

  async #explain(
    card: Card,
    picture: Blob,
    label: number | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    const { service, polarity } = this.options;
    const evidence = await service.explain(card.model, picture, polarity(), label, signal);
    if (!signal.aborted && label !== undefined) card.explain(evidence, label);
  }
}

function spoken({ model }: Card, answer: SeenPrediction | undefined): string {
  return answer ? `${model.name} says ${answer.name}, ${percentText(answer.confidence)}` : '';
}
