/** Intervals around estimates as SVG: one row a label, zero in the middle of the reader's mind. */

import { roundRange, ticks } from './numbers.js';
import { type HueName, right, wrong } from './palette.js';
import { element, estimateWidth, headingHeight, line, margin, svgDocument, text } from './svg.js';

export interface IntervalRow {
  readonly label: string;
  readonly low: number;
  readonly value: number;
  readonly high: number;
  /** What stands behind the row. */
  readonly note: string;
  /** Set apart from the rows below it. */
  readonly strong?: boolean;
  /** Marked as wrong. */
  readonly wrong?: boolean;
}

export interface IntervalChart {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly description: string;
  readonly xLabel: string;
  readonly rows: readonly IntervalRow[];
  /** A bound, drawn as a dashed line. */
  readonly mark?: { readonly value: number; readonly label: string };
}

const plotWidth = 420;
const pitch = 26;

/** A chart as a whole SVG file; zero is always on it. */
export function intervalChart(chart: IntervalChart): string {
  const { rows, mark } = chart;
  const ends = [0, ...rows.flatMap(({ low, high }) => [low, high])];
  const widest = Math.max(...ends.map(Math.abs)) || 1;
  // The bound belongs on it unless that would squeeze the intervals.
  const shown = mark && Math.abs(mark.value) <= 2 * widest ? mark : undefined;
  const all = [...ends, ...(shown ? [shown.value] : [])];
  const [min, max] = roundRange(Math.min(...all), Math.max(...all), 5);
  const left = margin + Math.max(0, ...rows.map(({ label }) => estimateWidth(label, 12))) + 12;
  const top = headingHeight(chart.subtitle) + 24;
  const bottom = top + rows.length * pitch;
  const x = (value: number) => left + ((value - min) / (max - min)) * plotWidth;
  const axis = ticks(min, max, 6);
  const noteRoom = Math.max(0, ...rows.map(({ note }) => estimateWidth(note, 11)));
  return svgDocument({
    title: chart.title,
    subtitle: chart.subtitle,
    description: chart.description,
    width: left + plotWidth + 16 + noteRoom + margin,
    height: bottom + 52,
    body: [
      ...axis.values.map(
        (v) =>
          line(x(v), top, x(v), bottom, { class: v === 0 ? 'axis' : 'grid' }) +
          text(x(v), bottom + 17, axis.format(v).replace('-', '−'), { class: 'tiny mid muted' }),
      ),
      shown
        ? line(x(shown.value), top, x(shown.value), bottom, {
            class: `s-${wrong} dash`,
            'stroke-width': 1.5,
          }) + text(x(shown.value), top - 8, shown.label, { class: 'tiny mid muted' })
        : '',
      text(left + plotWidth / 2, bottom + 38, chart.xLabel, { class: 'small mid muted' }),
      ...rows.map((row, i) => drawRow(row, left, top + (i + 0.5) * pitch, x)),
    ].join('\n'),
  });
}

function drawRow(row: IntervalRow, left: number, y: number, x: (value: number) => number): string {
  const hue: HueName = row.wrong ? wrong : right;
  const ends = `M${Math.round(x(row.low) * 100) / 100} ${y}L${Math.round(x(row.high) * 100) / 100} ${y}`;
  return [
    text(left - 12, y + 4, row.label, { class: row.strong ? 'small end strong' : 'small end' }),
    element('path', { d: ends, class: `line s-${hue}`, 'stroke-width': row.strong ? 3 : 2 }),
    element(
      'circle',
      {
        cx: x(row.value),
        cy: y,
        r: row.strong ? 5.5 : 4.5,
        class: `${hue} gap`,
        'stroke-width': 1.5,
      },
      '',
    ),
    text(left + plotWidth + 16, y + 4, row.note, { class: 'caption muted' }),
  ].join('');
}
