/** Terminal colour as text, at the level the terminal has: 0 none, 1 sixteen, 2 256 colours, 3 24-bit. */

import type { Rgb } from './palette.js';

export type ColourLevel = 0 | 1 | 2 | 3;

export const reset = '\x1b[0m';

/** The escape that sets the foreground; empty at level 0. */
export function foreground(colour: Rgb, level: ColourLevel): string {
  return setColour(38, colour, level);
}

/** The escape that sets the background; empty at level 0. */
export function background(colour: Rgb, level: ColourLevel): string {
  return setColour(48, colour, level);
}

export interface TextStyle {
  readonly colour?: Rgb | undefined;
  readonly behind?: Rgb | undefined;
  readonly bold?: boolean;
  readonly dim?: boolean;
}

/** The text in a style, and plain again behind it; unchanged at level 0. */
export function styled(text: string, style: TextStyle, level: ColourLevel): string {
  if (level === 0 || text === '') return text;
  const on =
    (style.bold ? '\x1b[1m' : '') +
    (style.dim ? '\x1b[2m' : '') +
    (style.colour ? foreground(style.colour, level) : '') +
    (style.behind ? background(style.behind, level) : '');
  return on ? `${on}${text}${reset}` : text;
}

/** The text without its escapes. */
export function plainText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escapes are what is looked for.
  return text.replace(/\x1b\[[0-9;]*m/g, '');
}

function setColour(base: 38 | 48, colour: Rgb, level: ColourLevel): string {
  if (level === 3) return `\x1b[${base};2;${colour.join(';')}m`;
  if (level === 2) return `\x1b[${base};5;${indexOf256(colour)}m`;
  return level === 1 ? `\x1b[${indexOf16(colour) + base - 8}m` : '';
}

/** The nearest of the 6 × 6 × 6 cube (16–231) and the 24 greys (232–255) of the xterm palette. */
export function indexOf256(colour: Rgb): number {
  const cube = colour.map((v) => (v < 48 ? 0 : v < 115 ? 1 : Math.floor((v - 35) / 40)));
  const cubeColour = cube.map((i) => (i === 0 ? 0 : 55 + 40 * i));
  const mean = (colour[0] + colour[1] + colour[2]) / 3;
  const grey = Math.min(23, Math.max(0, Math.round((mean - 8) / 10)));
  const distance = (other: readonly number[]) =>
    colour.reduce((sum, v, i) => sum + (v - other[i]!) ** 2, 0);
  const greyValue = 8 + 10 * grey;
  if (distance([greyValue, greyValue, greyValue]) < distance(cubeColour)) return 232 + grey;
  return 16 + 36 * cube[0]! + 6 * cube[1]! + cube[2]!;
}

/** Of the sixteen: 0–7 for the dark ones, 60–67 for the bright ones (as SGR offsets from 30). */
function indexOf16(colour: Rgb): number {
  const most = Math.max(...colour);
  if (most < 50) return 0;
  const bits = colour.reduce((sum, v, i) => sum + (v > most * 0.6 ? 1 << i : 0), 0);
  return (most > 190 ? 60 : 0) + bits;
}
