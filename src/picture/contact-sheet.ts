/** A contact sheet as SVG: images in a grid, pixels kept square and sharp, captions below, mistakes framed. */

import type { GreyImage } from './grey-image.js';
import { type HueName, wrong } from './palette.js';
import { greyPngAddress } from './png.js';
import {
  element,
  escapeXml,
  estimateWidth,
  headingHeight,
  margin,
  rect,
  svgDocument,
  text,
} from './svg.js';
import { cut, textWidth } from './text-width.js';

export interface SheetTile {
  readonly image: GreyImage;
  /** Under the image, the first in ink, the others muted or in their hue. */
  readonly captions: readonly { readonly text: string; readonly hue?: HueName }[];
  /** Framed as a mistake. */
  readonly wrong?: boolean;
}

export interface ContactSheet {
  readonly title: string;
  readonly subtitle?: string | undefined;
  readonly description: string;
  /** Images of one size. */
  readonly tiles: readonly SheetTile[];
  /** Images a row; default as many as fit on a page, 10 at most. */
  readonly columns?: number | undefined;
  /** Units a pixel; default: as many as make an image about 84 wide. */
  readonly zoom?: number | undefined;
}

const lineHeight = 14;
/** Width that a sheet has at most unless its columns are given. */
const pageWidth = 1400;

/** A sheet as a whole SVG file; every image is in it at its own size. */
export function contactSheet(sheet: ContactSheet): string {
  const { tiles } = sheet;
  const { rows, columns } = tiles[0]?.image ?? { rows: 1, columns: 1 };
  const zoom = sheet.zoom ?? Math.max(1, Math.round(84 / columns));
  const [width, height] = [columns * zoom, rows * zoom];
  // Captions may widen the grid, but not make of it a list of words.
  const captions = tiles.flatMap((tile) => tile.captions);
  const widest = captions.reduce((most, caption) => Math.max(most, captionWidth(caption)), 0);
  const cell = Math.ceil(Math.max(width, Math.min(widest, Math.max(1.6 * width, 90))));
  const depth = tiles.reduce((most, tile) => Math.max(most, tile.captions.length), 0);
  const pitch = { x: cell + 14, y: height + depth * lineHeight + 18 };
  const fitting = Math.max(1, Math.floor((pageWidth + 14) / pitch.x));
  const across = Math.max(1, Math.min(sheet.columns ?? Math.min(10, fitting), tiles.length));
  const top = headingHeight(sheet.subtitle) + 14;
  const body = tiles.map((tile, i) =>
    drawTile(tile, {
      x: margin + (i % across) * pitch.x,
      y: top + Math.floor(i / across) * pitch.y,
      width,
      height,
      cell,
    }),
  );
  return svgDocument({
    title: sheet.title,
    subtitle: sheet.subtitle,
    description: sheet.description,
    width: margin * 2 + across * pitch.x - 14,
    height: top + Math.ceil(tiles.length / across) * pitch.y + 6,
    body: body.join('\n'),
  });
}

type SheetCaption = SheetTile['captions'][number];

/** Captions in a hue are set bold. */
function captionWidth({ text: words, hue }: SheetCaption): number {
  return estimateWidth(words, 11) * (hue ? 1.08 : 1);
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly cell: number;
}

function drawTile(tile: SheetTile, { x, y, width, height, cell }: Place): string {
  const tip = tile.captions.map((caption) => caption.text).join(', ');
  const picture = element(
    'image',
    {
      x,
      y,
      width,
      height,
      preserveAspectRatio: 'none',
      style: 'image-rendering:pixelated',
      href: greyPngAddress(tile.image),
    },
    `<title>${escapeXml(tip)}</title>`,
  );
  const frame = tile.wrong
    ? rect(x - 3, y - 3, width + 6, height + 6, {
        class: `s-${wrong}`,
        fill: 'none',
        'stroke-width': 2.5,
        rx: 2,
      })
    : '';
  const lines = tile.captions.map((caption, i) =>
    text(x, y + height + 17 + i * lineHeight, fit(caption, cell), {
      class: `caption ${caption.hue ? `${caption.hue} strong` : i > 0 ? 'muted' : ''}`.trim(),
    }),
  );
  return frame + picture + lines.join('');
}

/** The text, cut to about `width` units. */
function fit(caption: SheetCaption, width: number): string {
  let room = textWidth(caption.text);
  let short = caption.text;
  while (room > 1 && captionWidth({ ...caption, text: short }) > width + 6)
    short = cut(caption.text, --room);
  return short;
}
