/** Quantiles of the brightness and contrast of single images, as SVG. */

import type { Quantiles } from '../../ndjson/statistics-records.js';
import { ticks } from '../../picture/numbers.js';
import { headingHeight, line, margin, rect, svgDocument, text } from '../../picture/svg.js';
import type { Summary } from '../summary.js';
import { figureWords } from './wording.js';

/** A part of a picture, and how high it is. */
export interface PicturePart {
  readonly markup: string;
  readonly height: number;
}

const width = 760;

/** The spreads alone, as a whole SVG file. */
export function spreadPicture(summary: Summary): string {
  const top = headingHeight(undefined);
  const { markup, height } = spreads(summary, top, width - margin);
  const { brightness, contrast } = summary.pixels ?? {};
  return svgDocument({
    title: 'Brightness and contrast',
    description: `Half the images have a mean from ${figureWords(brightness?.p25)} to ${figureWords(brightness?.p75)} and a deviation from ${figureWords(contrast?.p25)} to ${figureWords(contrast?.p75)}.`,
    width,
    height: top + height,
    body: markup,
  });
}

/** Drawn from `top` down, up to `right`: from 1 % to 99 % a line, from 25 % to 75 % a box, the median marked. */
export function spreads({ pixels }: Summary, top: number, right: number): PicturePart {
  if (!pixels) return { markup: '', height: 0 };
  const { brightness, contrast } = pixels;
  const names = [
    ['mean of an image', brightness],
    ['deviation of an image', contrast],
  ] as const;
  const left = margin + 140;
  const [low, high] = [
    Math.min(brightness.min, contrast.min),
    Math.max(brightness.max, contrast.max),
  ];
  const x = (value: number) => left + ((value - low) / (high - low || 1)) * (right - left);
  const along = ticks(low, high, 6);
  const bottom = top + 22 + names.length * 28;
  return {
    markup: [
      text(left, top + 12, 'single images: least to greatest, 1 to 99 %, middle half, median', {
        class: 'tiny muted',
      }),
      ...along.values.map((v) => line(x(v), top + 20, x(v), bottom, { class: 'grid' })),
      ...names.map(([name, spread], i) => box(name, spread, x, top + 36 + i * 28)),
      ...along.values.map((v) =>
        text(x(v), bottom + 14, along.format(v), { class: 'tiny mid muted' }),
      ),
    ].join('\n'),
    height: bottom - top + 34,
  };
}

function box(name: string, spread: Quantiles, x: (value: number) => number, y: number): string {
  const { min, p01, p25, p50, p75, p99, max } = spread;
  const tip = `${name}: median ${figureWords(p50)}, half of them from ${figureWords(p25)} to ${figureWords(p75)}`;
  return [
    text(margin, y + 4, name, { class: 'small' }),
    line(x(min), y, x(max), y, { class: 'axis', 'stroke-opacity': 0.5 }),
    line(x(p01), y, x(p99), y, { class: 's-blue', 'stroke-width': 3 }),
    rect(x(p25), y - 8, x(p75) - x(p25), 16, { class: 'blue', rx: 2 }, tip),
    rect(x(p50) - 1.5, y - 8, 3, 16, { class: 'paper' }),
  ].join('');
}
