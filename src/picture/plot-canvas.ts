/** A plot of characters: lines of braille dots, or of one letter a series. */

import type { ChartPoint } from './line-chart.js';

const letters = 'ox+*#%';
/** Bits of the braille block, by column and row of its 2 × 4 dots. */
const dots = [
  [0x01, 0x02, 0x04, 0x40],
  [0x08, 0x10, 0x20, 0x80],
] as const;

/** Letter of a series in a plot without colour. */
export function letterOf(series: number): string {
  return letters[series % letters.length]!;
}

/** Rows of cells: 2 × 4 dots each with braille, one letter each without. */
export class PlotCanvas {
  readonly #cells: Uint8Array;
  /** The series drawn last in a cell, from 1. */
  readonly #owner: Uint8Array;

  constructor(
    readonly columns: number,
    readonly rows: number,
    readonly braille: boolean,
  ) {
    this.#cells = new Uint8Array(columns * rows);
    this.#owner = new Uint8Array(columns * rows);
  }

  /** Draws a line through points with x and y from 0 to 1, in ascending order of x. */
  draw(points: readonly ChartPoint[], series: number): void {
    const [wide, high] = this.braille
      ? [this.columns * 2, this.rows * 4]
      : [this.columns, this.rows];
    const at = ({ x, y }: ChartPoint) => ({ x: x * (wide - 1), y: (1 - y) * (high - 1) });
    const [only] = points;
    if (points.length === 1 && only) this.#set(at(only).x, at(only).y, series);
    for (let k = 1; k < points.length; k++) {
      const [a, b] = [at(points[k - 1]!), at(points[k]!)];
      const steps = Math.max(1, Math.ceil(Math.max(b.x - a.x, Math.abs(b.y - a.y))));
      for (let s = 0; s <= steps; s++)
        this.#set(a.x + ((b.x - a.x) * s) / steps, a.y + ((b.y - a.y) * s) / steps, series);
    }
  }

  /** The row in which a line at height `y`, from 0 to 1, is drawn. */
  rowOf(y: number): number {
    const fine = this.braille ? 4 : 1;
    return Math.floor(Math.round((1 - y) * (this.rows * fine - 1)) / fine);
  }

  /** A row as text; `paint` colours a cell of a series. */
  row(row: number, paint: (text: string, series: number) => string): string {
    return Array.from({ length: this.columns }, (_, column) => {
      const cell = row * this.columns + column;
      const owner = this.#owner[cell]!;
      if (owner === 0) return ' ';
      if (!this.braille) return letterOf(owner - 1);
      return paint(String.fromCharCode(0x2800 + this.#cells[cell]!), owner - 1);
    }).join('');
  }

  #set(x: number, y: number, series: number): void {
    const [column, row] = [Math.round(x), Math.round(y)];
    const cell = this.braille
      ? (row >> 2) * this.columns + (column >> 1)
      : row * this.columns + column;
    if (this.braille) this.#cells[cell] = this.#cells[cell]! | (dots[column & 1]?.[row & 3] ?? 0);
    this.#owner[cell] = series + 1;
  }
}
