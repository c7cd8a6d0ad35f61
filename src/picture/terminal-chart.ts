/** Line charts in the terminal: braille dots in colour, or one letter a series where there is no colour. */

import { type ColourLevel, plainText, styled } from './ansi.js';
import type { LineChart, Panel } from './line-chart.js';
import { roundRange, ticks } from './numbers.js';
import { hueOf, inTerminal } from './palette.js';
import { letterOf, PlotCanvas } from './plot-canvas.js';
import { padEnd, padStart, textWidth } from './text-width.js';

export interface TerminalChartOptions {
  readonly level: ColourLevel;
  /** Columns there are. */
  readonly width: number;
}

const height = 12;

/** Title, subtitle and panels, side by side where there is room for it. */
export function terminalChart(chart: LineChart, options: TerminalChartOptions): string[] {
  const { level, width } = options;
  const beside = width >= 46 * chart.panels.length;
  const each = beside ? Math.floor((width + 2) / chart.panels.length) - 2 : width;
  const xs = chart.panels.flatMap((p) => p.series.flatMap((s) => s.points.map(({ x }) => x)));
  const span = [Math.min(...xs), Math.max(...xs)] as const;
  const drawn = chart.panels.map((panel) =>
    drawPanel(panel, chart, span, { level, width: Math.min(each, 90) }),
  );
  const heading = [
    styled(chart.title, { bold: true }, level),
    ...(chart.subtitle ? [styled(chart.subtitle, { dim: true }, level)] : []),
  ];
  if (!beside)
    return [...heading, ...drawn.flatMap((lines) => ['', ...lines.map((l) => l.trimEnd())])];
  const tallest = Math.max(...drawn.map((lines) => lines.length));
  const rows = Array.from({ length: tallest }, (_, i) =>
    drawn
      .map((lines, p) => {
        const text = lines[i] ?? '';
        return p < drawn.length - 1
          ? text + ' '.repeat(each + 2 - textWidth(plainText(text)))
          : text;
      })
      .join('')
      .trimEnd(),
  );
  return [...heading, '', ...rows];
}

function drawPanel(
  panel: Panel,
  { mark, xLabel }: LineChart,
  [first, last]: readonly [number, number],
  { level, width }: TerminalChartOptions,
): string[] {
  const values = panel.series.flatMap((s) => s.points.map(({ y }) => y));
  const [low, high] = panel.range ?? roundRange(Math.min(...values), Math.max(...values), 5);
  const vertical = ticks(low, high, 5);
  const format = panel.format ?? vertical.format;
  const tickRoom = Math.max(...vertical.values.map((v) => textWidth(format(v)))) + 1;
  const names = panel.series.map((s, i) => (level === 0 ? `${letterOf(i)} ${s.name}` : s.name));
  const columns = Math.max(10, width - tickRoom - Math.max(...names.map(textWidth)) - 3);
  const canvas = new PlotCanvas(columns, height, level > 0);
  const place = (x: number) => (last > first ? (x - first) / (last - first) : 0.5);
  for (const [i, { points }] of panel.series.entries())
    canvas.draw(
      points.map(({ x, y }) => ({ x: place(x), y: (y - low) / (high - low) })),
      i,
    );
  const colourOf = (i: number) => inTerminal(panel.series[i]?.hue ?? hueOf(i));
  const rowOf = (y: number) => canvas.rowOf((y - low) / (high - low));
  const ends = placeEnds(panel.series.map(({ points }) => rowOf(points.at(-1)?.y ?? low)));
  const lines = [styled(panel.title, { bold: true }, level)];
  for (let row = 0; row < height; row++) {
    const tick = vertical.values.find((v) => rowOf(v) === row);
    const label = padStart(tick === undefined ? '' : format(tick), tickRoom - 1);
    const end = ends.indexOf(row);
    const name = end >= 0 ? styled(` ${names[end]}`, { colour: colourOf(end) }, level) : '';
    const cells = canvas.row(row, (text, i) => styled(text, { colour: colourOf(i) }, level));
    lines.push(`${styled(label, { dim: true }, level)} ${level ? '│' : '|'}${cells}${name}`);
  }
  const below = [
    ' '.repeat(tickRoom) + (level ? `└${'─'.repeat(columns)}` : `+${'-'.repeat(columns)}`),
    ' '.repeat(tickRoom + 1) + axisLabels([first, last], columns, place, xLabel),
    mark
      ? ' '.repeat(tickRoom + 1) +
        padStart('', columnOf(place(mark.x), columns)) +
        `^ ${mark.label}`
      : '',
  ].filter(Boolean);
  return [...lines, ...below.map((text) => styled(text, { dim: true }, level))];
}

const columnOf = (share: number, columns: number) =>
  Math.min(columns - 1, Math.floor(share * columns));

/** Tick numbers in their columns, the quantity's name behind the last. */
function axisLabels(
  [first, last]: readonly [number, number],
  columns: number,
  place: (x: number) => number,
  name: string,
): string {
  let text = '';
  const whole = ticks(first, last, Math.max(2, Math.floor(columns / 5))).values.filter(
    Number.isInteger,
  );
  for (const value of whole.length ? whole : [first]) {
    const label = String(value);
    const at = Math.max(0, columnOf(place(value), columns) - label.length + 1);
    if (at > text.length || text === '') text = padEnd(text, at) + label;
  }
  return `${text} ${name}`;
}

/** Rows for the names at the lines' ends: one row each, in the order of their ends. */
function placeEnds(rows: readonly number[]): number[] {
  const taken: number[] = [];
  const order = rows.map((row, i) => ({ row, i })).sort((a, b) => a.row - b.row);
  let floor = 0;
  for (const [k, { row, i }] of order.entries()) {
    const place = Math.min(Math.max(row, floor), height - (order.length - k));
    taken[i] = place;
    floor = place + 1;
  }
  return taken;
}
