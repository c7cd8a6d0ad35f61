/**
 * Card of one model: its prediction, the image as it sees it, the explanation, and the classes,
 * ranked.
 */

import { make, percentText } from './elements.js';
import { rgbaOf, strongestPlace } from './heat.js';
import type { Evidence, ModelSummary, SeenPrediction } from './service.js';

export class Card {
  readonly element: HTMLElement;
  readonly #answer = make('p', { class: 'answer' });
  readonly #seen = make('canvas', { role: 'img' });
  readonly #seenText = make('figcaption');
  readonly #heat = make('canvas', { role: 'img' });
  readonly #heatText = make('figcaption');
  readonly #bars: HTMLOListElement;

  constructor(
    readonly model: ModelSummary,
    /** Called when the user asks for the explanation of a class. */
    readonly onClass: (label: number) => void,
  ) {
    const { name, version, dataset, synthetic } = model;
    const about = `${dataset ?? 'data unnamed'}${synthetic ? ', generated' : ''} · ${version}`;
    this.#bars = make('ol', { class: 'bars', 'aria-label': `Classes, as ${name} ranks them` });
    this.element = make(
      'article',
      { class: 'card', 'aria-label': `Model ${name}` },
      make('div', { class: 'verdict' }, this.#name(name, about), this.#answer),
      make(
        'div',
        { class: 'eyes' },
        make('figure', {}, this.#seen, this.#seenText),
        make('figure', {}, this.#heat, this.#heatText),
      ),
      this.#bars,
    );
    this.rest();
  }

  #name(name: string, about: string): HTMLElement {
    return make('h3', { class: 'name' }, make('b', {}, name), about);
  }

  /** Before there is anything to say. */
  rest(words = 'No image yet'): void {
    this.element.classList.add('waiting');
    this.#answer.replaceChildren(words);
    for (const canvas of [this.#seen, this.#heat]) {
      canvas.width = this.model.columns;
      canvas.height = this.model.rows;
      canvas.setAttribute('aria-label', 'Empty');
    }
    this.#seenText.textContent = `Model input: ${this.model.columns} × ${this.model.rows}`;
    this.#heatText.textContent = 'Explanation';
    const classes = this.model.classes.slice(0, 10);
    this.#rank(classes.map(({ label, name }) => ({ label, name, probability: 0 })));
  }

  show(prediction: SeenPrediction): void {
    this.element.classList.remove('waiting');
    const share = make('span', { class: 'share' }, percentText(prediction.confidence));
    this.#answer.replaceChildren(make('span', {}, prediction.name), share);
    paint(this.#seen, prediction);
    const how = prediction.inverted ? 'light and dark inverted' : 'not inverted';
    this.#seen.setAttribute('aria-label', `Input of ${this.model.name}: ${how}`);
    this.#seenText.replaceChildren('Model input', make('br'), how);
    this.#rank(prediction.top, prediction.label);
  }

  explain(evidence: Evidence, label: number): void {
    const { map, rows, columns, name } = evidence;
    paint(this.#heat, evidence, map);
    const place = strongestPlace(map, rows, columns);
    this.#heat.setAttribute(
      'aria-label',
      place ? `Pixels for ${name} are mostly at the ${place}` : `Few pixels are for ${name}`,
    );
    const words = [
      make('span', { class: 'for' }, '■ for'),
      make('span', { class: 'against' }, '■ against'),
    ];
    this.#heatText.replaceChildren(`Why ${name}?`, make('br'), words[0] ?? '', ' ', words[1] ?? '');
    for (const button of this.#bars.querySelectorAll('button'))
      button.setAttribute('aria-pressed', String(Number(button.dataset.label) === label));
  }

  /** Rows that are there are changed in place, so that the focus stays where it is. */
  #rank(top: SeenPrediction['top'], first?: number): void {
    while (this.#bars.children.length > top.length) this.#bars.lastElementChild?.remove();
    while (this.#bars.children.length < top.length) this.#bars.append(this.#row());
    for (const [i, { label, name, probability }] of top.entries()) {
      const row = this.#bars.children[i];
      const button = row?.querySelector('button');
      const [title, track, number] = button?.children ?? [];
      if (!row || !button || !title || !number) continue;
      row.classList.toggle('first', label === first);
      button.dataset.label = String(label);
      button.disabled = first === undefined;
      button.title = `Show the pixels for and against ${name}`;
      title.textContent = name;
      number.textContent = first === undefined ? '–' : percentText(probability);
      const bar = track?.firstElementChild;
      if (bar instanceof HTMLElement) bar.style.width = `${probability * 100}%`;
    }
  }

  #row(): HTMLLIElement {
    const button = make(
      'button',
      { type: 'button', 'aria-pressed': 'false' },
      make('span', {}),
      make('span', { class: 'track', 'aria-hidden': 'true' }, make('i')),
      make('span', { class: 'number' }),
    );
    button.addEventListener('click', () => this.onClass(Number(button.dataset.label)));
    return make('li', {}, button);
  }
}

interface Painted {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Uint8Array;
}

function paint(canvas: HTMLCanvasElement, image: Painted, map?: readonly number[]): void {
  canvas.width = image.columns;
  canvas.height = image.rows;
  const data = new ImageData(rgbaOf(image.pixels, map), image.columns, image.rows);
  canvas.getContext('2d')?.putImageData(data, 0, 0);
}
