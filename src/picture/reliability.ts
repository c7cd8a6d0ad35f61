/** Reliability diagrams as SVG: how often a model is right against how sure it says it is. */

import { grouped, percent } from './numbers.js';
import { right, wrong } from './palette.js';
import { headingHeight, line, margin, rect, svgDocument, text } from './svg.js';

export interface ReliabilityBar {
  /** Ends of the bin's range of confidence, 0 to 1. */
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
  /** Mean confidence and share of right predictions of the bin's images; of no meaning where `count` is 0. */
  readonly confidence: number;
  readonly accuracy: number;
}

export interface Reliability {
  readonly title?: string;
  readonly subtitle?: string | undefined;
  readonly bins: readonly ReliabilityBar[];
}

const side = 300;
const countHeight = 70;
const left = margin + 44;
const solid = 0.9;
const faint = 0.4;

/** A diagram as a whole SVG file: bars of accuracy, the gap to the confidence in orange, and the images in each bin below. */
export function reliability(chart: Reliability): string {
  const top = headingHeight(chart.subtitle) + 28;
  const bottom = top + side;
  const base = bottom + 52 + countHeight;
  const most = Math.max(1, ...chart.bins.map((bin) => bin.count));
  const x = (v: number) => left + v * side;
  const y = (v: number) => bottom - v * side;
  const filled = chart.bins.filter((bin) => bin.count > 0);
  const fifths = [0, 0.2, 0.4, 0.6, 0.8, 1];
  const body = [
    text(margin, top - 14, 'share of right predictions', { class: 'small muted' }),
    ...fifths.map(
      (v) =>
        line(left, y(v), left + side, y(v), { class: 'grid' }) +
        text(left - 8, y(v) + 4, percent(v, 0), { class: 'tiny end muted' }) +
        text(x(v), bottom + 16, percent(v, 0), { class: 'tiny mid muted' }),
    ),
    ...filled.map((bin) => drawBin(bin, x, y)),
    line(x(0), y(0), x(1), y(1), { class: 'axis dash' }),
    ...filled.map((bin) => drawCount(bin, x, base, (bin.count / most) * countHeight)),
    line(left, base, left + side, base, { class: 'axis' }),
    text(margin, base - countHeight - 10, `images (most: ${grouped(most)})`, {
      class: 'tiny muted',
    }),
    text(left + side / 2, base + 20, 'confidence of the prediction', { class: 'small mid muted' }),
    key(left + side + 20, top + 8),
  ];
  return svgDocument({
    title: chart.title ?? 'Reliability',
    subtitle: chart.subtitle,
    description: `Accuracy by confidence. ${filled.map((b) => `${percent(b.confidence)} sure: ${percent(b.accuracy)} right of ${b.count}.`).join(' ')}`,
    width: left + side + 150,
    height: base + 36,
    body: body.join('\n'),
  });
}

type Place = (value: number) => number;

function drawBin(bin: ReliabilityBar, x: Place, y: Place): string {
  const [from, width] = [x(bin.lower) + 1, x(bin.upper) - x(bin.lower) - 2];
  const shortfall = bin.confidence > bin.accuracy;
  const low = Math.min(bin.accuracy, bin.confidence);
  const gap = Math.abs(bin.accuracy - bin.confidence);
  const tip = `${percent(bin.confidence)} sure, ${percent(bin.accuracy)} right (${grouped(bin.count)} images)`;
  const box = (bottom: number, height: number, hue: string, opacity: number) =>
    rect(
      from,
      y(bottom + height),
      width,
      y(0) - y(height),
      { class: hue, 'fill-opacity': opacity },
      tip,
    );
  return box(0, low, right, solid) + box(low, gap, shortfall ? wrong : right, faint);
}

function drawCount(bin: ReliabilityBar, x: Place, base: number, height: number): string {
  return rect(
    x(bin.lower) + 1,
    base - Math.max(1, height),
    x(bin.upper) - x(bin.lower) - 2,
    Math.max(1, height),
    { class: 'inked', 'fill-opacity': 0.35 },
    `${grouped(bin.count)} images`,
  );
}

function key(x: number, y: number): string {
  const entry = (i: number, hue: string, opacity: number, words: string) =>
    rect(x, y + i * 20 - 9, 10, 10, { class: hue, 'fill-opacity': opacity }) +
    text(x + 16, y + i * 20, words, { class: 'small' });
  return [
    entry(0, right, solid, 'right'),
    entry(1, wrong, faint, 'over-confident'),
    entry(2, right, faint, 'under-confident'),
    line(x, y + 60, x + 10, y + 52, { class: 'axis dash' }),
    text(x + 16, y + 60, 'calibrated', { class: 'small' }),
  ].join('');
}
