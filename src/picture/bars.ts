/** Bars and sparklines of block characters. */

import { padEnd, padStart, textWidth } from './text-width.js';

const eighths = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'] as const;
const heights = '▁▂▃▄▅▆▇█';

/** A share (0–1) of `width` columns as blocks, to an eighth of a column, unpadded; what is above 0 is never invisible. */
export function bar(share: number, width: number): string {
  const clipped = Math.min(1, Math.max(0, share || 0));
  const steps = clipped > 0 ? Math.max(1, Math.round(clipped * width * 8)) : 0;
  return '█'.repeat(Math.floor(steps / 8)) + eighths[steps % 8]!;
}

export interface Bar {
  readonly label: string;
  /** At least 0. */
  readonly value: number;
  /** What stands behind the bar: the value as people read it. Default: the value. */
  readonly note?: string;
}

export interface BarsOptions {
  /** Columns of the whole line, label and note included. */
  readonly width: number;
  /** The value of a full bar; default the largest. */
  readonly max?: number;
  /** Paints the bar of an item; must not change its width. */
  readonly colour?: (bar: string, item: Bar, index: number) => string;
}

/** One line an item: label, bar, note; notes aligned on their right, before the bars so that columns stay straight. */
export function bars(items: readonly Bar[], options: BarsOptions): string[] {
  const labels = Math.max(0, ...items.map((item) => textWidth(item.label)));
  const notes = items.map((item) => item.note ?? String(item.value));
  const noteWidth = Math.max(0, ...notes.map(textWidth));
  const room = Math.max(8, options.width - labels - noteWidth - 3);
  const max = options.max ?? Math.max(0, ...items.map((item) => item.value));
  return items.map((item, i) => {
    const drawn = bar(max > 0 ? item.value / max : 0, room);
    const painted = options.colour?.(drawn, item, i) ?? drawn;
    return `${padEnd(item.label, labels)}  ${padStart(notes[i]!, noteWidth)} ${painted}`.trimEnd();
  });
}

/** One character a value, from ▁ at the least to █ at the most; values that are not finite leave a blank. */
export function sparkline(
  values: ArrayLike<number>,
  range: { readonly min?: number; readonly max?: number } = {},
): string {
  const list = Array.from(values);
  const finite = list.filter(Number.isFinite);
  const min = range.min ?? finite.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const max = range.max ?? finite.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  return list
    .map((value) => {
      if (!Number.isFinite(value)) return ' ';
      const share = max > min ? (value - min) / (max - min) : 0;
      return heights[Math.min(7, Math.max(0, Math.round(share * 7)))];
    })
    .join('');
}
