/** Histograms as SVG. */

import { grouped, ticks } from './numbers.js';
import type { HueName } from './palette.js';
import { headingHeight, line, margin, rect, svgDocument, text } from './svg.js';

export interface Histogram {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly description: string;
  /** What is counted along the bottom: `pixel value`. */
  readonly xLabel: string;
  /** What a bar counts: `pixels`. */
  readonly yLabel: string;
  /** Ascending; one more than there are counts. */
  readonly edges: readonly number[];
  readonly counts: ArrayLike<number>;
  readonly hue?: HueName;
  /** Logarithmic heights, for counts that differ by orders of magnitude (black pixels); 0 stays at the bottom. */
  readonly logarithmic?: boolean;
}

const plot = { width: 520, height: 200 };
const left = margin + 52;

/** A histogram as a whole SVG file; the area under the bars is not normalised. */
export function histogram(chart: Histogram): string {
  const counts = Array.from(chart.counts);
  const [first = 0, last = 1] = [chart.edges[0], chart.edges.at(-1)];
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const levels = chart.logarithmic ? powers(most) : ticks(0, most, 4).values;
  const height = (v: number) =>
    chart.logarithmic ? (v > 0 ? (Math.log10(v) + 0.3) / (Math.log10(most) + 0.3) : 0) : v / most;
  const top = headingHeight(chart.subtitle) + 26;
  const bottom = top + plot.height;
  const x = (v: number) => left + ((v - first) / (last - first || 1)) * plot.width;
  const y = (v: number) => bottom - height(v) * plot.height;
  const along = ticks(first, last, 6);
  const body = [
    text(margin, top - 12, `${chart.yLabel}${chart.logarithmic ? ', log scale' : ''}`, {
      class: 'tiny muted',
    }),
    ...levels.map(
      (v) =>
        line(left, y(v), left + plot.width, y(v), { class: 'grid' }) +
        text(left - 8, y(v) + 4, short(v), { class: 'tiny end muted' }),
    ),
    ...counts.map((count, i) => drawBar(chart, i, count, x, y(count), bottom)),
    line(left, bottom, left + plot.width, bottom, { class: 'axis' }),
    ...along.values.map((v) =>
      text(x(v), bottom + 16, along.format(v), { class: 'tiny mid muted' }),
    ),
    text(left + plot.width / 2, bottom + 36, chart.xLabel, { class: 'small mid muted' }),
  ];
  return svgDocument({
    title: chart.title,
    subtitle: chart.subtitle,
    description: chart.description,
    width: left + plot.width + margin + 12,
    height: bottom + 52,
    body: body.join('\n'),
  });
}

function drawBar(
  { edges, hue = 'blue', xLabel }: Histogram,
  i: number,
  count: number,
  x: (v: number) => number,
  top: number,
  bottom: number,
): string {
  if (count <= 0) return '';
  const [from, to] = [edges[i]!, edges[i + 1]!];
  const wide = x(to) - x(from);
  const gap = wide > 4 ? 1 : 0;
  const tip = `${xLabel} ${trim(from)} to ${trim(to)}: ${grouped(count)}`;
  return rect(x(from) + gap / 2, top, wide - gap, bottom - top, { class: hue }, tip);
}

const trim = (value: number) => String(Number(value.toPrecision(4)));

const powers = (most: number) =>
  Array.from({ length: Math.floor(Math.log10(most)) + 1 }, (_, i) => 10 ** i);

/** 25000000 → `25M`. */
function short(value: number): string {
  if (value >= 1e6) return `${trim(value / 1e6)}M`;
  return value >= 1e4 ? `${trim(value / 1e3)}k` : trim(value);
}
