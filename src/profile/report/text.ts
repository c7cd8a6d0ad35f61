/** Statistics for people at a terminal. */

import { styled } from '../../picture/ansi.js';
import { bar } from '../../picture/bars.js';
import { coarser, columns, logarithmicShares } from '../../picture/columns.js';
import { grouped, percent } from '../../picture/numbers.js';
import { rightInk, wrongInk } from '../../picture/palette.js';
import type { TextOptions } from '../../picture/report-formats.js';
import { table } from '../../picture/table.js';
import { tileLayout, tileRow } from '../../picture/terminal-tiles.js';
import { cut, padEnd, padStart, textWidth } from '../../picture/text-width.js';
import type { ClassSummary, Summary } from '../summary.js';
import {
  balanceWords,
  className,
  figureWords,
  greyScale,
  qualities,
  setName,
  setSize,
  shareWords,
} from './wording.js';

/** The whole text, with a newline at its end. */
export function statisticsText(summary: Summary, options: TextOptions): string {
  const blocks = [
    [
      styled(cut(setName(summary), options.width), { bold: true }, options.level),
      cut(setSize(summary), options.width),
    ],
    classLines(summary, options),
    pixelLines(summary, options),
    histogramLines(summary, options),
    meanImages(summary, options),
    qualityLines(summary, options),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function classLines(summary: Summary, { level, width }: TextOptions): string[] {
  const { classes } = summary;
  if (classes.length === 0) return [];
  const largest = Math.max(...classes.map(({ count }) => count));
  const named = classes.some(({ name }) => name !== undefined);
  const nameRoom = Math.max(10, Math.min(24, width - 46));
  const header = ['label', ...(named ? ['class'] : []), 'images', 'share', 'mean', 'deviation'];
  const rows = classes.map((of) => [
    String(of.label),
    ...(named ? [cut(of.known ? className(of) : 'unknown', nameRoom)] : []),
    grouped(of.count),
    shareWords(of.share),
    figureWords(of.mean),
    figureWords(of.deviation),
  ]);
  const align = header.map((name) => (name === 'class' ? 'left' : 'right'));
  const figures = table(header, rows, { align });
  // What the figures leave is for the bars.
  const room = Math.min(32, width - Math.max(...figures.map(textWidth)) - 2);
  const barOf = ({ count, known }: ClassSummary) =>
    styled(
      bar(largest > 0 ? count / largest : 0, room),
      { colour: known ? rightInk : wrongInk },
      level,
    );
  const lines = figures.map((line, i) => {
    const of = classes[i - 2];
    return of && room >= 6 ? `${line}  ${barOf(of)}`.trimEnd() : line;
  });
  const balance = balanceWords(summary);
  return balance ? [...lines, styled(balance, { dim: true }, level)] : lines;
}

function pixelLines({ pixels }: Summary, { width }: TextOptions): string[] {
  if (!pixels) return [];
  const { brightness, contrast, mean, deviation, min, max } = pixels;
  const parts = [
    ['least', 'min'],
    ['1 %', 'p01'],
    ['25 %', 'p25'],
    ['median', 'p50'],
    ['75 %', 'p75'],
    ['99 %', 'p99'],
    ['greatest', 'max'],
  ] as const;
  const shown = parts.filter(([head]) => width >= 72 || !/^(1|99) /.test(head));
  const row = (name: string, spread: typeof brightness) => [
    name,
    ...shown.map(([, part]) => figureWords(spread[part])),
  ];
  return [
    `pixels: mean ${figureWords(mean)}, deviation ${figureWords(deviation)}, from ${figureWords(min)} to ${figureWords(max)}`,
    '',
    ...table(
      ['images', ...shown.map(([head]) => head)],
      [row('brightness', brightness), row('contrast', contrast)],
    ),
  ];
}

function histogramLines({ pixels }: Summary, { level, width }: TextOptions): string[] {
  if (!pixels) return [];
  const { edges, counts } = pixels.histogram;
  const merged = coarser(counts, Math.min(64, width));
  const [from, to] = [edges[0]!, edges.at(-1)!];
  // Bars stand for values; raw pixels are whole ones.
  const [first, last] = edges.length === 257 ? ['0', '255'] : [figureWords(from), figureWords(to)];
  const scale = first + padStart(last, Math.max(0, merged.length - first.length));
  return [
    styled(
      `pixel values; heights logarithmic, a full one is ${grouped(Math.max(...merged))}`,
      { dim: true },
      level,
    ),
    ...columns(logarithmicShares(merged), 5).map((line) =>
      styled(line, { colour: rightInk }, level),
    ),
    styled(scale, { dim: true }, level),
  ];
}

/** The mean image of all, then one a class. */
function meanImages(summary: Summary, { level, width }: TextOptions): string[] {
  const { pixels, classes, facts } = summary;
  if (!pixels) return [];
  const { rows, columns: across } = facts.shape;
  const grey = greyScale(summary);
  const tile = (image: Float64Array, words: string) => ({
    image: { rows, columns: across, pixels: image.map(grey) },
    captions: [{ text: words }],
  });
  const tiles = [
    tile(pixels.meanImage, 'all'),
    ...classes.flatMap((of) => (of.meanImage ? [tile(of.meanImage, className(of))] : [])),
  ];
  // Small enough for some to stand side by side.
  const size = { columns: Math.min(across, 20) };
  const layout = tileLayout(size, Math.min(width, 132), 12);
  const lines = [styled('mean images', { dim: true }, level)];
  for (let i = 0; i < tiles.length; i += layout.perRow) {
    if (i > 0) lines.push('');
    lines.push(...tileRow(tiles.slice(i, i + layout.perRow), layout, level));
  }
  return lines;
}

function qualityLines(summary: Summary, { level, width }: TextOptions): string[] {
  const list = qualities(summary);
  const names = Math.max(...list.map(({ what }) => what.length));
  const counts = list.map(({ count }) => (count === undefined ? '–' : grouped(count)));
  const digits = Math.max(...counts.map((count) => count.length));
  return list.map(({ what, count, detail }, i) => {
    const figure = padStart(counts[i]!, digits);
    const share = count && summary.images ? `  ${percent(count / summary.images, 2)}` : '';
    const mark = styled(figure, count ? { colour: wrongInk, bold: true } : {}, level);
    const rest = cut(
      `${share}${detail ? `  ${detail}` : ''}`,
      Math.max(0, width - names - digits - 2),
    );
    return `${padEnd(what, names)}  ${mark}${styled(rest, { dim: true }, level)}`.trimEnd();
  });
}
