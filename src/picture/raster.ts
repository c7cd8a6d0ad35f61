/** SVG → PNG, by sharp (librsvg). */

import type { default as Sharp } from 'sharp';
import { OperationalError } from '../core/errors.js';
import { hasStrokes, strokeText } from './stroked-text.js';

export interface RasterOptions {
  /** PNG pixels a unit of the SVG; default 2, for sharp text on dense screens. */
  readonly scale?: number;
}

/** A picture of this room as a PNG, in its light colours. Text in our own alphabet looks alike on every machine. */
export async function svgToPng(svg: string, options: RasterOptions = {}): Promise<Buffer> {
  const { default: sharp } = await import('sharp').catch((error) => {
    throw new OperationalError(
      'sharp',
      'the library that draws PNG files does not load; `npm ci` installs it, and svg needs none',
      { cause: error },
    );
  });
  // Fonts are asked for only where our alphabet does not do.
  const drawable = hasStrokes(svg) || !(await hasFonts(sharp)) ? strokeText(svg) : svg;
  const density = 72 * fittingScale(svg, options.scale ?? 2);
  return sharp(Buffer.from(drawable), { density, limitInputPixels: false })
    .flatten({ background: '#ffffff' })
    .png({ compressionLevel: 9, palette: false })
    .toBuffer();
}

/** More pixels a side cairo does not draw (it counts them in 16 bits). */
const mostPixels = 32_767;

/** The scale asked for, or 1 where that would be too large; a picture too large at 1 is refused. */
function fittingScale(svg: string, wanted: number): number {
  const [, width = '0', height = '0'] = /^<svg [^>]*width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  const longest = Math.max(Number(width), Number(height));
  if (longest * wanted <= mostPixels) return wanted;
  if (longest <= mostPixels) return 1;
  throw new OperationalError(
    'the picture',
    `would be ${width} × ${height} pixels, and a PNG here has ${mostPixels} a side at most; make it smaller, or an SVG`,
  );
}

/** Without fonts every letter is drawn as the same box, or not at all. */
async function hasFonts(sharp: typeof Sharp): Promise<boolean> {
  const [narrow, broad] = await Promise.all(
    ['i', 'W'].map((letter) => {
      const frame = 'xmlns="http://www.w3.org/2000/svg" width="24" height="24"';
      const svg = `<svg ${frame}><text x="2" y="20" font-family="sans-serif">${letter}</text></svg>`;
      return sharp(Buffer.from(svg)).raw().toBuffer();
    }),
  );
  return !(narrow as Buffer).equals(broad as Buffer);
}
