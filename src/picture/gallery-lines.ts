/** A gallery as terminal lines. */

import { type ColourLevel, styled } from './ansi.js';
import type { Exhibit, Gallery } from './gallery.js';
import { percent } from './numbers.js';
import { rightInk, wrongInk } from './palette.js';
import {
  type Caption,
  type TextTile,
  type TileLayout,
  tileLayout,
  tileRow,
} from './terminal-tiles.js';

export interface GalleryLinesOptions {
  /** Columns there are. */
  readonly width: number;
  readonly level: ColourLevel;
  /** Captions in ASCII too. */
  readonly ascii: boolean;
  /** Images a row; default as many as fit. */
  readonly columns: number | undefined;
}

/** The heading, then row by row as images come in, each row with the blank line before it. */
export async function* galleryLines(
  gallery: Gallery,
  options: GalleryLinesOptions,
): AsyncGenerator<string[]> {
  const { level, ascii } = options;
  const subtitle = ascii ? gallery.subtitle.replaceAll('×', 'x') : gallery.subtitle;
  yield [
    styled(gallery.title, { bold: true }, level) + styled(`, ${subtitle}`, { dim: true }, level),
  ];
  let layout: TileLayout | undefined;
  let row: TextTile[] = [];
  for await (const exhibit of gallery.exhibits) {
    const room = gallery.predicted ? 20 : 14;
    layout ??= tileLayout(exhibit.image, options.width, room, options.columns);
    row.push({ image: exhibit.image, captions: captions(exhibit, ascii) });
    if (row.length < layout.perRow) continue;
    yield ['', ...tileRow(row, layout, level)];
    row = [];
  }
  if (layout && row.length > 0) yield ['', ...tileRow(row, layout, level)];
}

function captions({ index, truth, prediction }: Exhibit, ascii: boolean): Caption[] {
  const first = { text: truth === undefined ? `#${index}` : `${truth} #${index}` };
  if (!prediction) return [first];
  const { name, confidence, right: isRight } = prediction;
  const sure = percent(confidence);
  if (isRight)
    return [first, { text: `${ascii ? 'ok' : '✓'} ${sure}`, style: { colour: rightInk } }];
  const text = `${ascii ? '->' : '→'} ${name} ${sure}`;
  return [first, isRight === undefined ? { text } : { text, style: { colour: wrongInk } }];
}
