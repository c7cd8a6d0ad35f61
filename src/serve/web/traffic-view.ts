/** Live view of traffic: reads the metrics every two seconds while the page is visible. */

import { find, make, percentText } from './elements.js';
import { drawSpark, type SparkSeries, shape } from './spark.js';
import { between, type Reading, readMetrics, type TrafficStep } from './traffic.js';

/** Milliseconds between readings, and how many are shown. */
const pause = 2000;
const shown = 60;

export class TrafficView {
  #paused = false;
  #readings: Reading[] = [];
  readonly #tiles: readonly Tile[];
  readonly #mix = find('mix', HTMLOListElement);
  readonly #table = find('models', HTMLTableElement);

  constructor(
    readonly read: () => Promise<string>,
    /** Told whether the service answers. */
    readonly onAnswer: (answers: boolean) => void,
  ) {
    this.#tiles = [new Tile('Requests'), new Tile('Response time'), new Tile('Batches')];
    find('tiles', HTMLElement).append(...this.#tiles.map(({ element }) => element));
    const button = find('pause', HTMLButtonElement);
    button.addEventListener('click', () => {
      this.#paused = !this.#paused;
      button.textContent = this.#paused ? 'Resume' : 'Pause';
      button.setAttribute('aria-pressed', String(this.#paused));
    });
  }

  /** Begins, and goes on until the page is closed. */
  start(): void {
    const again = () => {
      if (this.#paused || document.hidden) return setTimeout(again, pause);
      return this.#step().finally(() => setTimeout(again, pause));
    };
    void again();
  }

  async #step(): Promise<void> {
    try {
      const text = await this.read();
      this.#readings = [...this.#readings, readMetrics(text, performance.now())].slice(-shown - 1);
      this.onAnswer(true);
      this.#show();
    } catch {
      this.onAnswer(false);
    }
  }

  #show(): void {
    const now = this.#readings.at(-1);
    const [first] = this.#readings;
    if (!now || !first) return;
    const steps = this.#readings
      .slice(1)
      .map((after, i) => between(this.#readings[i] ?? now, after));
    const whole = this.#readings.length > 1 ? between(first, now) : undefined;
    this.#showTiles(now, first, steps, whole);
    this.#showMix(now);
    this.#showModels(now);
  }

  #showTiles(
    now: Reading,
    first: Reading,
    steps: readonly TrafficStep[],
    whole: TrafficStep | undefined,
  ): void {
    const [requests, latency, batches] = this.#tiles;
    const rate = steps.at(-1)?.rate ?? 0;
    const [refused, failed] = [now.refused - first.refused, now.failed - first.failed];
    const bad = [refused > 0 && `${refused} refused`, failed > 0 && `${failed} failed`];
    requests?.show(
      `${figure(rate)} /s`,
      bad.filter(Boolean).join(', ') || 'none refused, none failed',
      [{ values: steps.map((step) => step.rate) }],
    );
    latency?.show(
      whole?.median === undefined ? '–' : `${time(whole.median)} median`,
      whole?.slowest === undefined
        ? 'no requests'
        : `${time(whole.slowest)} at the 99th percentile (dashed)`,
      [
        { values: steps.map(({ slowest }) => slowest), second: true },
        { values: steps.map(({ median }) => median) },
      ],
    );
    const runs = now.batches - first.batches;
    const mean = runs > 0 ? (now.batchImages - first.batchImages) / runs : undefined;
    batches?.show(
      mean === undefined ? '–' : `${figure(mean)} images each`,
      `${now.waiting} ${now.waiting === 1 ? 'image waits' : 'images wait'} for a worker`,
      [{ values: this.#readings.map(({ waiting }) => waiting) }],
    );
  }

  #showMix({ mix }: Reading): void {
    const total = [...mix.values()].reduce((sum, value) => sum + value, 0);
    const rows = [...mix].sort(([, a], [, b]) => b - a).slice(0, 12);
    if (rows.length === 0) {
      this.#mix.replaceChildren(make('li', { class: 'quiet' }, 'None yet.'));
      return;
    }
    const most = rows[0]?.[1] ?? 1;
    this.#mix.replaceChildren(
      ...rows.map(([name, count]) => {
        const bar = make('i');
        bar.style.width = `${(count / most) * 100}%`;
        const track = make('span', { class: 'track', 'aria-hidden': 'true' }, bar);
        const share = make('span', { class: 'number' }, percentText(count / total));
        return make('li', {}, make('div', {}, make('span', {}, name), track, share));
      }),
    );
  }

  #showModels({ models }: Reading): void {
    const head = ['Model', 'Version', 'Images', 'Confidence', 'Correct, as labelled', 'Workers'];
    const cells = models.map(({ name, version, images, confidence, told, correct, workers }) => [
      name,
      version,
      String(images),
      confidence === undefined ? '–' : percentText(confidence),
      told === 0 ? '–' : `${correct} of ${told}`,
      String(workers),
    ]);
    this.#table.replaceChildren(
      make('thead', {}, make('tr', {}, ...head.map((text) => make('th', { scope: 'col' }, text)))),
      make(
        'tbody',
        {},
        ...cells.map((row) => make('tr', {}, ...row.map((text) => make('td', {}, text)))),
      ),
    );
  }
}

class Tile {
  readonly element: HTMLElement;
  readonly #figure = make('p', { class: 'figure' }, '–');
  readonly #note = make('p', { class: 'quiet' });
  readonly #svg = shape('svg', {
    class: 'spark',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });

  constructor(title: string) {
    this.element = make(
      'div',
      { class: 'tile' },
      make('h3', {}, title),
      this.#figure,
      this.#note,
      this.#svg,
    );
  }

  show(text: string, note: string, series: readonly SparkSeries[]): void {
    const [, number = text, unit = ''] = /^(\S+)( .*)?$/.exec(text) ?? [];
    this.#figure.replaceChildren(number, make('small', {}, unit));
    this.#note.textContent = note;
    drawSpark(this.#svg, series, shown);
  }
}

const figure = (value: number) => (value >= 100 ? value.toFixed(0) : value.toFixed(1));

function time(seconds: number): string {
  const ms = seconds * 1000;
  return seconds < 1 ? `${ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms` : `${seconds.toFixed(1)} s`;
}
