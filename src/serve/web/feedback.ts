/** Telling the service what it was shown. */

import { find, make } from './elements.js';
import type { ModelSummary, SeenPrediction, ServiceClient } from './service.js';

export class FeedbackForm {
  readonly #form = find('feedback', HTMLFormElement);
  readonly #truth = find('truth', HTMLSelectElement);
  readonly #thanks = find('thanks', HTMLElement);
  #answers: readonly SeenPrediction[] = [];

  constructor(readonly service: ServiceClient) {
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      void this.#tell(Number(this.#truth.value));
    });
    find('right', HTMLButtonElement).addEventListener('click', () => {
      const [first] = this.#answers;
      if (first) void this.#tell(first.label);
    });
  }

  offer({ classes }: ModelSummary): void {
    this.#truth.replaceChildren(
      ...classes.map(({ label, name }) => make('option', { value: String(label) }, name)),
    );
  }

  /** Asks whether the answers are right; where models differ there is no plain yes. */
  ask(answers: readonly SeenPrediction[]): void {
    this.#answers = answers;
    this.#form.hidden = answers.length === 0;
    this.#thanks.textContent = '';
    const agreed = new Set(answers.map(({ label }) => label)).size === 1;
    find('right', HTMLButtonElement).hidden = !agreed;
    find('feedback-title', HTMLElement).textContent = agreed
      ? 'Is this correct?'
      : 'Which class is correct?';
    find('correction', HTMLElement).textContent = agreed ? 'No, it is' : 'It is';
    // The likeliest other class is the likeliest correction.
    const other = agreed ? answers[0]?.top[1]?.label : answers[0]?.label;
    if (other !== undefined) this.#truth.value = String(other);
  }

  async #tell(label: number): Promise<void> {
    const ids = this.#answers.map(({ id }) => id);
    this.#thanks.textContent = await this.service.feedback(ids, label).then(
      ({ logged }) => (logged ? 'Thank you: saved in the log.' : 'Thank you: counted.'),
      (error: Error) => error.message,
    );
  }
}
