/** Digital corruptions: pixelation and JPEG compression. */

import { areaAverage } from '../area-average.js';
import type { CorruptImage } from './corruption.js';

/** Takes a share `amount` of rows and columns away, by means over areas, and shows what is left as blocks. */
export const pixelate: CorruptImage = ({ rows, columns, pixels }, amount) => {
  const fewer = {
    rows: Math.max(1, Math.round(rows * (1 - amount))),
    columns: Math.max(1, Math.round(columns * (1 - amount))),
  };
  const blocks = areaAverage(pixels, { rows, columns }, fewer);
  return Float64Array.from(pixels, (_, i) => {
    const row = Math.floor(((Math.floor(i / columns) + 0.5) * fewer.rows) / rows);
    const column = Math.floor((((i % columns) + 0.5) * fewer.columns) / columns);
    return blocks[row * fewer.columns + column]!;
  });
};

/** Stores the image as a grey JPEG of quality `amount` (1 to 100, as libjpeg counts) and reads it back. */
export const jpeg: CorruptImage = async ({ rows, columns, pixels }, amount) => {
  const { default: sharp } = await import('sharp');
  const raw = { width: columns, height: rows, channels: 1 } as const;
  const file = await sharp(pixels, { raw }).jpeg({ quality: amount, mozjpeg: false }).toBuffer();
  return sharp(file).toColourspace('b-w').raw().toBuffer();
};
