/** Cuts a log into windows, by rows or by time, that follow or overlap each other. */

import type { Observation } from './observation.js';
import { WindowSketch } from './window-sketch.js';

/** Extent of a window: a number of observations, or a span of time. */
export type Extent = { readonly rows: number } | { readonly milliseconds: number };

export interface WindowPlan {
  readonly unit: 'rows' | 'milliseconds';
  /** Of a window, and from the beginning of one to that of the next; the first is a multiple of the second. */
  readonly size: number;
  readonly every: number;
}

export interface LogWindow {
  readonly sketch: WindowSketch;
  /** Positions of its rows in the log, from 1; the last below the first where it is empty. */
  readonly firstRow: number;
  readonly lastRow: number;
  /** Of windows by time: from and up to, milliseconds since 1970. */
  readonly from?: number;
  readonly to?: number;
  /** False of a last window that the log ends within. */
  readonly full: boolean;
}

export interface WindowEvents {
  /** A row is older than the window that is open: it counts there all the same. Once a window. */
  readonly backwards?: (row: number, milliseconds: number) => void;
  /** So many windows had no rows, and are not reported one by one. */
  readonly skipped?: (windows: number) => void;
}

interface Pane {
  readonly sketch: WindowSketch;
  readonly firstRow: number;
}

/** Windows are put together from panes of `every`, whose sketches add up exactly: each row is sketched once. */
export class Windows {
  #rows = 0;
  #panes: Pane[] = [];
  #open: Pane;
  /** By time: the number of the open pane since 1970. */
  #at: number | undefined;
  #toldBackwards = false;

  constructor(
    readonly plan: WindowPlan,
    readonly events: WindowEvents = {},
    /** Makes the sketch of a window. */
    readonly sketch = () => new WindowSketch(),
  ) {
    this.#open = { sketch: sketch(), firstRow: 1 };
  }

  /** Takes a row; gives the windows that it completes. By time, a row without one is a RangeError. */
  *add(row: Observation): Generator<LogWindow> {
    const { unit, every } = this.plan;
    if (unit === 'milliseconds') yield* this.#reach(row);
    if (!row.late) this.#rows++;
    this.#open.sketch.add(row);
    const { rows, copies } = this.#open.sketch;
    if (unit === 'rows' && !row.late && rows + copies === every) yield* this.#closePane();
  }

  /** What is left when the log ends: a window that is not full, where it has something that no window had. */
  *end(): Generator<LogWindow> {
    const { rows, copies, judged } = this.#open.sketch;
    if (rows + copies + judged === 0) return;
    this.#panes.push(this.#open);
    yield this.#window(false);
  }

  *#reach({ time }: Observation): Generator<LogWindow> {
    if (time === undefined)
      throw new RangeError('has no time; times were expected, or windows of so many rows');
    const { size, every } = this.plan;
    const pane = Math.floor(time / every);
    this.#at ??= pane;
    if (pane < this.#at && !this.#toldBackwards) {
      this.#toldBackwards = true;
      this.events.backwards?.(this.#rows + 1, this.#at * every - time);
    }
    const most = this.#at + 2 * (size / every);
    while (this.#at < pane && this.#at < most) yield* this.#closePane();
    if (pane > this.#at) {
      this.events.skipped?.(pane - this.#at);
      for (const { sketch } of this.#panes) sketch.closed = true;
      this.#panes = [];
      this.#at = pane;
    }
  }

  *#closePane(): Generator<LogWindow> {
    const panes = this.plan.size / this.plan.every;
    this.#panes.push(this.#open);
    if (this.#panes.length === panes) {
      yield this.#window(true);
      const first = this.#panes.shift();
      if (first) first.sketch.closed = true;
    }
    this.#open = { sketch: this.sketch(), firstRow: this.#rows + 1 };
    if (this.#at !== undefined) this.#at++;
    this.#toldBackwards = false;
  }

  #window(full: boolean): LogWindow {
    const { unit, every } = this.plan;
    const [only] = this.#panes;
    const sketch = this.#panes.length === 1 && only ? only.sketch : this.sketch();
    if (this.#panes.length > 1) for (const pane of this.#panes) sketch.absorb(pane.sketch);
    const end = ((this.#at ?? 0) + 1) * every;
    return {
      sketch,
      firstRow: only?.firstRow ?? this.#rows + 1,
      lastRow: this.#rows,
      ...(unit === 'milliseconds' ? { from: end - this.#panes.length * every, to: end } : {}),
      full,
    };
  }
}

const units: Readonly<Record<string, number>> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/** `500` → 500 rows; `10m` → so much time (s, m, h, d). A RangeError for anything else. */
export function parseExtent(text: string): Extent {
  const [, digits = '', unit = ''] = /^(\d{1,9})([smhd]?)$/.exec(text) ?? [];
  const amount = Number(digits);
  if (!(amount >= 1))
    throw new RangeError(`'${text}' is not a number of rows, such as 500, or a time, such as 10m`);
  return unit === '' ? { rows: amount } : { milliseconds: amount * units[unit]! };
}

/** The plan that two words ask for; `every` as long as the window where it is not given. */
export function planWindows(window: string, every = window): WindowPlan {
  const plain = (extent: Extent) =>
    'rows' in extent
      ? ({ unit: 'rows', size: extent.rows } as const)
      : ({ unit: 'milliseconds', size: extent.milliseconds } as const);
  const [whole, step] = [plain(parseExtent(window)), plain(parseExtent(every))];
  if (whole.unit !== step.unit || whole.size % step.size !== 0)
    throw new RangeError(
      `a window of ${window} is not made of steps of ${every}; a multiple was expected`,
    );
  return { ...whole, every: step.size };
}
