/** Line charts as SVG: panels side by side over one horizontal quantity, lines named at their ends instead of in a legend. */

import { grouped, roundRange, ticks } from './numbers.js';
import { type HueName, hueOf } from './palette.js';
import {
  element,
  estimateWidth,
  headingHeight,
  line,
  margin,
  round,
  svgDocument,
  text,
} from './svg.js';

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
}

export interface Series {
  readonly name: string;
  /** In ascending order of x. */
  readonly points: readonly ChartPoint[];
  readonly hue?: HueName;
}

export interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
  /** Writes a value of y; default: as many decimals as the ticks need. */
  readonly format?: (y: number) => string;
  /** Ends of the vertical axis; default: round numbers around the values. */
  readonly range?: readonly [min: number, max: number];
  /** A horizontal axis of its own, with these ticks, in place of the chart's. */
  readonly axis?: {
    readonly label: string;
    readonly ticks: readonly { readonly x: number; readonly label: string }[];
  };
}

export interface LineChart {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly description: string;
  /** What x counts: `epoch`. */
  readonly xLabel: string;
  readonly panels: readonly Panel[];
  /** A place worth pointing out, drawn through every panel. */
  readonly mark?: { readonly x: number; readonly label: string } | undefined;
}

const plot = { width: 330, height: 230 };
const tickRoom = 46;

/** A chart as a whole SVG file. Values must be finite. */
export function lineChart(chart: LineChart): string {
  const names = chart.panels.flatMap((panel) => panel.series.map((s) => s.name));
  const nameRoom = Math.max(24, ...names.map((name) => estimateWidth(name, 12) + 14));
  const pitch = tickRoom + plot.width + nameRoom + 12;
  const top = headingHeight(chart.subtitle) + 40;
  const xsOf = (p: Panel) => p.series.flatMap((s) => s.points.map((point) => point.x));
  const shared = extent(chart.panels.filter((p) => !p.axis).flatMap(xsOf));
  const spanOf = (p: Panel) =>
    p.axis ? extent([...xsOf(p), ...p.axis.ticks.map((tick) => tick.x)]) : shared;
  const body = chart.panels.map((panel, i) =>
    drawPanel(panel, chart, spanOf(panel), margin + i * pitch + tickRoom, top),
  );
  return svgDocument({
    title: chart.title,
    subtitle: chart.subtitle,
    description: chart.description,
    width: margin * 2 + pitch * chart.panels.length - 12,
    height: top + plot.height + 52,
    body: body.join('\n'),
  });
}

function drawPanel(
  panel: Panel,
  chart: LineChart,
  [first, last]: readonly [number, number],
  left: number,
  top: number,
): string {
  const values = panel.series.flatMap((s) => s.points.map((p) => p.y));
  const [low, high] = panel.range ?? roundRange(...extent(values), 5);
  const x = (value: number) =>
    left + (last > first ? (value - first) / (last - first) : 0.5) * plot.width;
  const y = (value: number) => top + (1 - (value - low) / (high - low)) * plot.height;
  const vertical = ticks(low, high, 5);
  const format = panel.format ?? vertical.format;
  const whole = ticks(first, last, 7).values.filter(Number.isInteger);
  const horizontal =
    panel.axis?.ticks ?? (whole.length ? whole : [first]).map((v) => ({ x: v, label: grouped(v) }));
  const bottom = top + plot.height;
  return [
    text(left - tickRoom, top - 18, panel.title, { class: 'head' }),
    ...vertical.values.map((v) =>
      [
        line(left, y(v), left + plot.width, y(v), { class: 'grid' }),
        text(left - 8, y(v) + 4, format(v), { class: 'tiny end muted' }),
      ].join(''),
    ),
    ...horizontal.map((tick) =>
      text(x(tick.x), bottom + 17, tick.label, { class: 'tiny mid muted' }),
    ),
    text(left + plot.width / 2, bottom + 36, panel.axis?.label ?? chart.xLabel, {
      class: 'small mid muted',
    }),
    chart.mark ? drawMark(chart.mark, x(chart.mark.x), top, bottom) : '',
    ...panel.series.map((series, i) => drawSeries(series, i, x, y, chart.mark?.x)),
    ...endLabels(panel, left + plot.width + 10, top, y),
  ].join('\n');
}

function drawMark({ label }: { label: string }, x: number, top: number, bottom: number): string {
  return (
    line(x, top - 4, x, bottom, { class: 'axis dash', 'stroke-width': 1 }) +
    text(x, top - 9, label, { class: 'tiny mid muted' })
  );
}

function drawSeries(
  series: Series,
  i: number,
  x: (value: number) => number,
  y: (value: number) => number,
  marked: number | undefined,
): string {
  const hue = series.hue ?? hueOf(i);
  const path = series.points
    .map((p, k) => `${k ? 'L' : 'M'}${round(x(p.x))} ${round(y(p.y))}`)
    .join('');
  const dots =
    series.points.length <= 1 ? series.points : series.points.filter((p) => p.x === marked);
  return [
    path ? element('path', { d: path, class: `line s-${hue}` }) : '',
    ...dots.map((p) =>
      element('circle', { cx: x(p.x), cy: y(p.y), r: 4, class: `${hue} gap`, 'stroke-width': 1.5 }),
    ),
  ].join('');
}

/** Each line's name beside its end, moved apart where ends lie close. */
function endLabels(panel: Panel, left: number, top: number, y: (v: number) => number): string[] {
  const labels = panel.series
    .map((s, i) => ({ name: s.name, hue: s.hue ?? hueOf(i), end: s.points.at(-1) }))
    .filter((label) => label.end !== undefined)
    .map((label) => ({ ...label, at: y(label.end!.y) }))
    .sort((a, b) => a.at - b.at);
  const pitch = 16;
  const lowest = top + plot.height - (labels.length - 1) * pitch;
  let floor = top;
  return labels.map(({ name, hue, at }, i) => {
    const next = labels[i + 1];
    // A pair that lies close is spread around its middle, not only downwards.
    const wish = next && next.at - at < pitch ? (at + next.at - pitch) / 2 : at;
    const place = Math.min(Math.max(wish, floor), lowest + i * pitch);
    floor = place + pitch;
    return text(left, place + 4, name, { class: `small strong ${hue}` });
  });
}

function extent(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) return [0, 1];
  return [
    values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
}
