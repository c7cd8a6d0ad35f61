/** SVG → PNG, by sharp (librsvg). */

import { TroubleError } from '../cli/errors.js';

export interface RasterOptions {
  /** PNG pixels a unit of the SVG; default 2, for sharp text on dense screens. */
  readonly scale?: number;
}

/** A picture of this room as a PNG, in its light colours. */
export async function svgToPng(svg: string, options: RasterOptions = {}): Promise<Buffer> {
  const { default: sharp } = await import('sharp').catch((error) => {
    throw new TroubleError(
      'sharp',
      'the library that draws PNG files does not load; `npm ci` installs it, and svg needs none',
      { cause: error },
    );
  });
  const density = 72 * (options.scale ?? 2);
  return sharp(Buffer.from(svg), { density, limitInputPixels: false })
    .flatten({ background: '#ffffff' })
    .png({ compressionLevel: 9, palette: false })
    .toBuffer();
}
