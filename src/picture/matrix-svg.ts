/** A confusion matrix as SVG: counts, shaded by their share of the row; right in blue, mistakes in orange, recall and precision in the margins. */

import { type LabelledMatrix, matrixFigures, shade } from './matrix.js';
import { grouped, percent } from './numbers.js';
import { right, wrong } from './palette.js';
import {
  element,
  estimateWidth,
  headingHeight,
  margin,
  rect,
  round,
  svgDocument,
  text,
  textOn,
} from './svg.js';
import { cut } from './text-width.js';

export interface MatrixSvgOptions {
  readonly title?: string;
  /** Default: count of images and accuracy. */
  readonly subtitle?: string;
}

/** A matrix as a whole SVG file. Beyond 30 classes cells are too small for figures, which then show under the pointer only. */
export function matrixSvg(matrix: LabelledMatrix, options: MatrixSvgOptions = {}): string {
  const { counts } = matrix;
  const k = matrix.names.length;
  const names = matrix.names.map((name) => cut(name, 24));
  const figures = matrixFigures(matrix);
  const cell = k <= 12 ? 48 : k <= 30 ? 32 : 18;
  const longest = Array.from(counts, (count) => String(count).length).reduce(
    (a, b) => Math.max(a, b),
    1,
  );
  const fontSize = Math.min(k <= 12 ? 12 : 9.5, (cell - 6) / (longest * 0.6));
  const subtitle =
    options.subtitle ??
    `${grouped(figures.total)} images, accuracy ${percent(figures.accuracy, 2)}`;
  const nameWidth = Math.max(0, ...names.map((name) => estimateWidth(name, 12)));
  // Names that fit over their columns stand upright; others lean.
  const lean = nameWidth > cell - 4;
  const slant = lean ? nameWidth * Math.sin(Math.PI / 4) : 0;
  const left = margin + 22 + Math.max(nameWidth, estimateWidth('precision, %', 10.5)) + 10;
  const top = headingHeight(subtitle) + 26 + slant + 8;
  const edge = left + k * cell;
  const bottom = top + k * cell;
  const cells = Array.from({ length: k * k }, (_, i) => {
    const [r, c] = [Math.floor(i / k), i % k];
    const tip = `${names[r]} taken for ${names[c]}: ${grouped(counts[i]!)} (${percent(figures.shares[i]!)})`;
    return drawCell(left + c * cell, top + r * cell, cell, fontSize, {
      count: counts[i]!,
      share: figures.shares[i]!,
      diagonal: r === c,
      tip,
    });
  });
  const margins = names.flatMap((name, i) => {
    const middle = top + (i + 0.5) * cell + 4;
    const across = left + (i + 0.5) * cell;
    return [
      text(left - 10, middle, name, { class: 'small end' }),
      lean
        ? leaning(across + 4, top - 8, name)
        : text(across, top - 8, name, { class: 'small mid' }),
      text(edge + 12, middle, inPercent(figures.recall[i], 1), { class: 'tiny muted' }),
      cell >= 32
        ? text(across, bottom + 20, inPercent(figures.precision[i], cell >= 48 ? 1 : 0), {
            class: 'tiny mid muted',
          })
        : '',
    ];
  });
  const lastSlant = lean ? estimateWidth(names[k - 1] ?? '', 12) * Math.cos(Math.PI / 4) : 0;
  return svgDocument({
    title: options.title ?? 'Confusion matrix',
    subtitle,
    description: describe(matrix, figures.shares),
    width: Math.max(edge + 74, edge - cell / 2 + lastSlant + margin),
    height: bottom + 52,
    body: [
      ...cells,
      ...margins,
      text(left + (k * cell) / 2, bottom + 42, 'predicted class', { class: 'small mid muted' }),
      element(
        'g',
        { transform: `translate(${margin + 6} ${(top + (k * cell) / 2).toFixed(1)}) rotate(-90)` },
        text(0, 0, 'true class', { class: 'small mid muted' }),
      ),
      text(edge + 12, bottom + 20, 'recall, %', { class: 'tiny muted' }),
      cell >= 32 ? text(left - 10, bottom + 20, 'precision, %', { class: 'tiny end muted' }) : '',
    ].join('\n'),
  });
}

function leaning(x: number, y: number, name: string): string {
  const transform = `translate(${round(x)} ${round(y)}) rotate(-45)`;
  return element('g', { transform }, text(0, 0, name, { class: 'small' }));
}

interface CellFigures {
  readonly count: number;
  readonly share: number;
  readonly diagonal: boolean;
  readonly tip: string;
}

function drawCell(x: number, y: number, size: number, fontSize: number, cell: CellFigures): string {
  const hue = cell.diagonal ? right : wrong;
  const opacity = Math.round(shade(cell.share, cell.diagonal) * 100) / 100;
  const box = { x: x + 1, y: y + 1, side: size - 2 };
  const square = (attributes: Record<string, string | number>, tip?: string) =>
    rect(box.x, box.y, box.side, box.side, { rx: 3, ...attributes }, tip);
  const figure =
    size < 30
      ? ''
      : text(
          x + size / 2,
          y + size / 2 + fontSize * 0.36,
          cell.count > 0 ? String(cell.count) : '·',
          {
            class: `mid ${cell.count > 0 ? textOn(hue, opacity) : 'muted'}${cell.diagonal ? ' strong' : ''}`,
            'font-size': `${fontSize}px`,
            'pointer-events': 'none',
          },
        );
  return (
    square({ class: 'blank', 'fill-opacity': 0.35 }, cell.tip) +
    (opacity > 0 ? square({ class: hue, 'fill-opacity': opacity, 'pointer-events': 'none' }) : '') +
    figure
  );
}

const inPercent = (value: number | undefined, digits: number) =>
  value === undefined ? '–' : (value * 100).toFixed(digits);

function describe({ names }: LabelledMatrix, shares: readonly number[]): string {
  const k = names.length;
  const mistakes = shares
    .map((value, i) => ({ value, r: Math.floor(i / k), c: i % k }))
    .filter(({ value, r, c }) => r !== c && value > 0)
    .sort((a, b) => b.value - a.value || a.r - b.r || a.c - b.c)
    .slice(0, 3)
    .map(({ value, r, c }) => `${names[r]} for ${names[c]} (${percent(value)})`);
  const often = mistakes.length ? ` Most often mistaken: ${mistakes.join(', ')}.` : ' No mistakes.';
  return `Counts of true class (rows) by predicted class (columns), ${k} classes.${often}`;
}
