/** Aligned tables for people: numbers on the right, words on the left, no frame. */

import { padEnd, padStart, textWidth } from './text-width.js';

export type Cell = string | number;

export interface TableOptions {
  /** By column; default: right where every cell reads as a number, left elsewhere. */
  readonly align?: readonly ('left' | 'right' | undefined)[];
  /** Paints a padded cell; must not change its width. The header is row −1. */
  readonly colour?: (text: string, row: number, column: number) => string;
  /** Blanks between columns; default 2. */
  readonly gap?: number;
  /** Blanks before each line; default 0. */
  readonly indent?: number;
  /** A line under the header; default true. */
  readonly rule?: boolean;
}

const numeric = /^[+\-−±<>~]?\s?[\d.,]+(?:e[+-]?\d+)?\s?(?:%|[kMG]?i?B|ms|s|×)?$/i;
const nothing = /^[-–—·]?$/;

/** The lines of a table. Rows shorter than the header are filled with blanks; blanks at line ends are dropped. */
export function table(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions = {},
): string[] {
  const { gap = 2, indent = 0, rule = true } = options;
  const text = rows.map((row) => header.map((_, c) => String(row[c] ?? '')));
  const widths = header.map((name, c) =>
    Math.max(textWidth(name), ...text.map((row) => textWidth(row[c]!))),
  );
  const rights = header.map((_, c) => {
    const wanted = options.align?.[c];
    if (wanted) return wanted === 'right';
    const cells = text.map((row) => row[c]!);
    return (
      cells.some((cell) => numeric.test(cell)) &&
      cells.every((cell) => numeric.test(cell) || nothing.test(cell))
    );
  });
  const line = (cells: readonly string[], row: number) =>
    ' '.repeat(indent) +
    cells
      .map((cell, c) => {
        const width = widths[c]!;
        const padded = rights[c]
          ? padStart(cell, width)
          : // The last column needs no blanks behind it.
            padEnd(cell, c === cells.length - 1 ? 0 : width);
        return options.colour?.(padded, row, c) ?? padded;
      })
      .join(' '.repeat(gap))
      .trimEnd();
  const ruled = ' '.repeat(indent) + '─'.repeat(widths.reduce((a, b) => a + b + gap, -gap));
  return [line(header, -1), ...(rule ? [ruled] : []), ...text.map((row, r) => line(row, r))];
}
