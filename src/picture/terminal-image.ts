/** A grey image as terminal lines: two pixels a character by half-blocks, or an ASCII ramp where there is no colour. */

import { background, type ColourLevel, foreground, reset } from './ansi.js';
import { fitWidth, type GreyImage, resize, toByte } from './grey-image.js';
import type { Rgb } from './palette.js';

export interface TerminalImageOptions {
  /** 3: 24-bit greys; 2: the 26 greys among 256 colours; 0 and 1: ASCII. */
  readonly level: ColourLevel;
  /** Columns there are; wider images are scaled down. */
  readonly width?: number;
}

/** Twelve characters in even steps of the ink they put down (measured on DejaVu Sans Mono), light on dark. */
const ramp = ' .:;*=xoS&#@';

/**
 * Lines of equal width, one column a pixel and two pixel rows a line, so that pixels come out square.
 * Every line that sets a colour resets it at its end. ASCII lines are padded to the image's width.
 */
export function terminalImage(image: GreyImage, options: TerminalImageOptions): string[] {
  const fitted = fitWidth(image, Math.max(1, options.width ?? Number.POSITIVE_INFINITY));
  return options.level >= 2 ? halfBlocks(fitted, options.level) : ascii(fitted);
}

/** Columns and lines that `terminalImage` will take. */
export function terminalSize(
  { rows, columns }: Pick<GreyImage, 'rows' | 'columns'>,
  width: number,
): { readonly columns: number; readonly lines: number } {
  if (columns <= width) return { columns, lines: Math.ceil(rows / 2) };
  return {
    columns: width,
    lines: Math.ceil(Math.max(1, Math.round((rows * width) / columns)) / 2),
  };
}

function halfBlocks({ rows, columns, pixels }: GreyImage, level: ColourLevel): string[] {
  const lines: string[] = [];
  for (let row = 0; row < rows; row += 2) {
    let line = '';
    let front = '';
    let back = '';
    for (let column = 0; column < columns; column++) {
      const top = grey(pixels[row * columns + column]!);
      const below = row + 1 < rows ? grey(pixels[(row + 1) * columns + column]!) : undefined;
      // A blank shows its background alone, without the seam some fonts leave at a half-block.
      const even = below !== undefined && below[0] === top[0];
      const f = even ? front : foreground(top, level);
      const b = below ? background(below, level) : '';
      if (f !== front) line += f;
      if (b !== back) line += b;
      [front, back] = [f, b];
      line += even ? ' ' : '▀';
    }
    lines.push(line + reset);
  }
  return lines;
}

function ascii(image: GreyImage): string[] {
  const half = resize(image, Math.ceil(image.rows / 2), image.columns);
  return Array.from({ length: half.rows }, (_, row) =>
    Array.from({ length: half.columns }, (_, column) => {
      const value = toByte(half.pixels[row * half.columns + column]!);
      return ramp[Math.min(ramp.length - 1, Math.round((value / 255) * (ramp.length - 1)))];
    }).join(''),
  );
}

function grey(value: number): Rgb {
  const byte = toByte(value);
  return [byte, byte, byte];
}
