/** A confusion matrix as a terminal table: what is right on blue, mistakes on orange, as strong as their share of the row. */

import { type ColourLevel, styled } from './ansi.js';
import { type LabelledMatrix, matrixFigures, shade } from './matrix.js';
import { percent } from './numbers.js';
import { contrastRatio, mix, type Rgb, rightInk, wrongInk } from './palette.js';
import { cut, padEnd, padStart, textWidth } from './text-width.js';

export interface MatrixTableOptions {
  readonly level: ColourLevel;
  /** Columns there are; names are cut, and at last figures left out, to fit. */
  readonly width: number;
}

/** Shades begin here, so that figures stay legible whatever the terminal's background is. */
const ground: Rgb = [28, 33, 39];
const bright: Rgb = [255, 255, 255];
const dark: Rgb = [16, 18, 21];

const foot = 'prec. %';

/** Header, one line a class with its recall, and a line of precisions. Columns are headed by the names' beginnings. */
export function matrixTable(matrix: LabelledMatrix, options: MatrixTableOptions): string[] {
  const { names, counts } = matrix;
  const k = names.length;
  const figures = matrixFigures(matrix);
  const longest = Math.max(textWidth(foot), ...names.map(textWidth));
  const digits = Math.max(3, ...Array.from(counts, (count) => String(count).length));
  const room = (label: number) => Math.floor((options.width - label - 9) / k);
  // Names give way first, down to eight columns; figures only after that.
  const label = room(longest) >= digits + 1 ? longest : Math.min(longest, 8);
  const withFigures = room(label) > digits;
  const cell = withFigures ? Math.min(7, room(label)) : 2;
  const heads = headings(names, cell - 1);
  const dim = (text: string) => styled(text, { dim: true }, options.level);
  const body = names.map((name, r) => {
    const cells = names.map((_, c) => {
      const count = counts[r * k + c]!;
      const text = withFigures ? (count > 0 ? String(count) : '·') : '';
      const padded = `${padStart(text, cell - 1)} `;
      return paint(padded, count, figures.shares[r * k + c]!, r === c, options.level);
    });
    return `${padEnd(cut(name, label), label)} ${cells.join('')} ${padStart(share(figures.recall[r]), 7)}`;
  });
  const header = `${' '.repeat(label)} ${heads.map((head) => `${padStart(head, cell - 1)} `).join('')} ${padStart('recall', 7)}`;
  const precisions = figures.precision.map((p) =>
    padStart(
      p === undefined ? '–' : cell >= 6 ? (p * 100).toFixed(1) : (p * 100).toFixed(0),
      cell - 1,
    ),
  );
  const footer = `${padEnd(cut(foot, label), label)} ${precisions.map((p) => `${p} `).join('')}`;
  return [dim(header), ...body, ...(withFigures ? [dim(footer.trimEnd())] : [])];
}

/** The names' beginnings where these differ, otherwise the classes' positions. */
function headings(names: readonly string[], width: number): string[] {
  const short = names.map((name) => cut(name, width, ''));
  return new Set(short).size === names.length && width >= 3
    ? short
    : names.map((_, i) => cut(String(i), width, ''));
}

function paint(
  text: string,
  count: number,
  part: number,
  diagonal: boolean,
  level: ColourLevel,
): string {
  if (level === 0) return text;
  const strength = shade(part, diagonal);
  const hue = diagonal ? rightInk : wrongInk;
  if (level === 1) return count > 0 && strength > 0.2 ? styled(text, { colour: hue }, level) : text;
  if (strength < 0.12) return styled(text, { dim: true }, level);
  const behind = mix(ground, hue, strength);
  const colour = contrastRatio(bright, behind) >= contrastRatio(dark, behind) ? bright : dark;
  return styled(text, { behind, colour, bold: diagonal }, level);
}

const share = (value: number | undefined) => (value === undefined ? '–' : percent(value));
