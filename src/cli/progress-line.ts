/** Line of a progress bar, laid out for the width of the terminal. */

export interface ProgressState {
  /** Of `total`. */
  readonly done: number;
  readonly total: number;
  /** Unit of the count: `images`, `MB`. */
  readonly unit: string;
  /** Units a second of late; undefined while that is not known. */
  readonly rate: number | undefined;
  /** Seconds to go; undefined while that is not known. */
  readonly left: number | undefined;
  readonly note: string;
}

/** The widest and the narrowest a bar is drawn; a narrower one makes room for the words. */
const [widest, narrowest] = [40, 4];

/** The line in two parts, the bar's filled and empty cells and the words behind, within `columns` together. */
export function progressLine(
  { done, total, unit, rate, left, note }: ProgressState,
  columns: number,
): { readonly filled: string; readonly empty: string; readonly words: string } {
  const share = total > 0 ? Math.min(1, done / total) : 1;
  const parts = [
    `${Math.floor(100 * share)} %`.padStart(6),
    note,
    rate === undefined ? '' : `${figure(rate)} ${unit}/s`,
    left === undefined ? '' : `${clock(left)} left`,
  ].filter(Boolean);
  // What does not fit goes as a whole: half a number says something else.
  while (parts.length > 1 && parts.join('  ').trimStart().length >= columns) parts.pop();
  const words = parts.join('  ');
  const room = Math.min(widest, columns - 1 - words.length);
  const width = room < narrowest ? 0 : room;
  const filled = Math.round(share * width);
  return {
    filled: '━'.repeat(filled),
    empty: '─'.repeat(width - filled),
    words: (width === 0 ? words.trimStart() : words).slice(0, columns - 1),
  };
}

/** `2,051`; below ten with one decimal. */
const figure = (rate: number) =>
  rate.toLocaleString('en-US', { maximumFractionDigits: rate < 10 ? 1 : 0 });

/** `0:58`, `12:05`, `1:02:33`. */
export function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0
    ? `${hours}:${two(minutes)}:${two(whole % 60)}`
    : `${minutes}:${two(whole % 60)}`;
}

/**
 * Pace of work: units a second over the last moments, and the time left at the pace since the
 * start.
 */
export class Pace {
  #samples: (readonly [time: number, done: number])[] = [];
  #first: readonly [time: number, done: number] | undefined;

  /** `window`: the last moments, in milliseconds. */
  constructor(readonly window = 4000) {}

  /** Notes that `done` units were done by `time` (milliseconds from any fixed moment). */
  add(time: number, done: number): void {
    this.#first ??= [time, done];
    this.#samples.push([time, done]);
    const start = time - this.window;
    while (this.#samples.length > 2 && (this.#samples[1] as readonly [number, number])[0] <= start)
      this.#samples.shift();
  }

  rate(): number | undefined {
    return slope(this.#samples[0], this.#samples.at(-1));
  }

  /** Seconds until `total` units are done. */
  left(total: number): number | undefined {
    const last = this.#samples.at(-1);
    const pace = slope(this.#first, last);
    return pace && last ? Math.max(0, total - last[1]) / pace : undefined;
  }
}

/** Units a second; undefined within the first half second, when it would be noise. */
function slope(from: readonly [number, number] | undefined, to = from): number | undefined {
  if (!from || !to || to[0] - from[0] < 500) return undefined;
  return (1000 * (to[1] - from[1])) / (to[0] - from[0]);
}
