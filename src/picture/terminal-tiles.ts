/** Images with captions side by side in a terminal, row by row. */

import { type ColourLevel, styled, type TextStyle } from './ansi.js';
import type { GreyImage } from './grey-image.js';
import { terminalImage } from './terminal-image.js';
import { cut, textWidth } from './text-width.js';

export interface Caption {
  readonly text: string;
  readonly style?: TextStyle;
}

export interface TextTile {
  readonly image: GreyImage;
  /** One a line, under the image; cut to its cell. */
  readonly captions: readonly Caption[];
}

export interface TileLayout {
  /** Images a row. */
  readonly perRow: number;
  /** Columns of a cell, without the gap. */
  readonly cell: number;
}

const gap = 2;

/** As many cells a row as fit, or as many as are wanted, then narrower; a cell holds an image and `captionRoom` columns of caption. */
export function tileLayout(
  image: Pick<GreyImage, 'columns'>,
  width: number,
  captionRoom: number,
  wanted?: number,
): TileLayout {
  const natural = Math.max(image.columns, captionRoom);
  const perRow = wanted ?? Math.max(1, Math.floor((width + gap) / (natural + gap)));
  const share = Math.floor((width + gap) / perRow) - gap;
  return { perRow, cell: Math.max(4, Math.min(natural, share)) };
}

/** The lines of one row of tiles, captions included; blanks at line ends are dropped where there is no colour. */
export function tileRow(
  tiles: readonly TextTile[],
  { cell }: TileLayout,
  level: ColourLevel,
): string[] {
  const drawn = tiles.map(({ image, captions }) => {
    const lines = terminalImage(image, { level, width: cell });
    const room = ' '.repeat(Math.max(0, cell - Math.min(cell, image.columns)));
    const words = captions.map(({ text, style = {} }) => {
      const short = cut(text, cell, level === 0 ? '~' : '…');
      return styled(short, style, level) + ' '.repeat(cell - textWidth(short));
    });
    return { lines: lines.map((line) => line + room), words };
  });
  const height = Math.max(0, ...drawn.map(({ lines }) => lines.length));
  const depth = Math.max(0, ...drawn.map(({ words }) => words.length));
  const blank = ' '.repeat(cell);
  const join = (parts: readonly string[]) => parts.join(' '.repeat(gap)).trimEnd();
  return [
    ...Array.from({ length: height }, (_, i) => join(drawn.map((d) => d.lines[i] ?? blank))),
    ...Array.from({ length: depth }, (_, i) => join(drawn.map((d) => d.words[i] ?? blank))),
  ];
}
