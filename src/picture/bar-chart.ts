/** Horizontal bar charts as SVG: one row a label, one bar a series. */

import { grouped, roundRange, ticks } from './numbers.js';
import { type HueName, hueOf } from './palette.js';
import { estimateWidth, headingHeight, line, margin, rect, svgDocument, text } from './svg.js';

export interface BarSeries {
  readonly name: string;
  /** One value a label, at least 0. */
  readonly values: readonly number[];
  readonly hue?: HueName;
}

export interface BarChart {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly description: string;
  readonly labels: readonly string[];
  readonly series: readonly BarSeries[];
  /** Writes a value behind its bar; default grouped digits. */
  readonly format?: (value: number) => string;
  /** The value at the right end; default a round number above the largest. */
  readonly max?: number;
  /** A value to compare with, drawn as a dashed line: a mean, a threshold. */
  readonly mark?: { readonly value: number; readonly label: string };
}

const plotWidth = 460;

/** A chart as a whole SVG file. */
export function barChart(chart: BarChart): string {
  const { labels, series, format = (v: number) => grouped(v) } = chart;
  const thick = series.length > 1 ? 12 : 16;
  const pitch = thick * series.length + (series.length > 1 ? 13 : 9);
  const all = series.flatMap((s) => [...s.values]);
  const max = chart.max ?? roundRange(0, Math.max(0, ...all, chart.mark?.value ?? 0) || 1, 4)[1];
  const left = margin + Math.max(0, ...labels.map((label) => estimateWidth(label, 12))) + 10;
  const noteRoom = Math.max(0, ...all.map((v) => estimateWidth(format(v), 11))) + 12;
  const named = series.length > 1;
  const top = headingHeight(chart.subtitle) + (named ? 26 : 0) + (chart.mark ? 18 : 6);
  const bottom = top + labels.length * pitch;
  const x = (value: number) => left + (Math.min(value, max) / max) * plotWidth;
  const rows = labels.map((label, row) => {
    const y = top + row * pitch;
    const drawn = series.map((s, i) => {
      const value = s.values[row] ?? 0;
      const at = y + i * thick;
      const tip = named ? `${label}, ${s.name}: ${format(value)}` : `${label}: ${format(value)}`;
      return (
        rect(
          left,
          at,
          x(value) - left,
          series.length > 1 ? thick - 1 : thick,
          { class: s.hue ?? hueOf(i), rx: 1.5 },
          tip,
        ) + text(x(value) + 6, at + thick / 2 + 3, format(value), { class: 'tiny muted' })
      );
    });
    const middle = y + (thick * series.length) / 2;
    return text(left - 10, middle + 3.5, label, { class: 'small end' }) + drawn.join('');
  });
  return svgDocument({
    title: chart.title,
    subtitle: chart.subtitle,
    description: chart.description,
    width: left + plotWidth + Math.max(noteRoom, margin) + 8,
    height: bottom + 32,
    body: [
      named ? legend(series, headingHeight(chart.subtitle) + 12) : '',
      ...axis(max, format, x, top, bottom),
      ...rows,
      chart.mark ? drawMark(chart.mark, x(chart.mark.value), top, bottom) : '',
    ].join('\n'),
  });
}

/** Names of the series, each behind a square of its colour. */
export function legend(series: readonly { name: string; hue?: HueName }[], y: number): string {
  let x = margin;
  return series
    .map((s, i) => {
      const at = x;
      x += 16 + estimateWidth(s.name, 12) + 16;
      return (
        rect(at, y - 9, 10, 10, { class: s.hue ?? hueOf(i), rx: 2 }) +
        text(at + 16, y, s.name, { class: 'small' })
      );
    })
    .join('');
}

function axis(
  max: number,
  format: (value: number) => string,
  x: (value: number) => number,
  top: number,
  bottom: number,
): string[] {
  const { values } = ticks(0, max, 5);
  // `20 %` rather than `20.0 %` where no tick needs the decimals.
  const even = values.every((v) => /\.0+(?=\D*$)/.test(format(v)));
  const write = (v: number) => (even ? format(v).replace(/\.0+(?=\D*$)/, '') : format(v));
  return values.map(
    (v) =>
      line(x(v), top - 2, x(v), bottom, { class: v === 0 ? 'axis' : 'grid' }) +
      text(x(v), bottom + 16, write(v), { class: 'tiny mid muted' }),
  );
}

function drawMark({ label }: { label: string }, x: number, top: number, bottom: number): string {
  return (
    line(x, top - 4, x, bottom, { class: 'axis dash' }) +
    text(x, top - 8, label, { class: 'tiny mid muted' })
  );
}
