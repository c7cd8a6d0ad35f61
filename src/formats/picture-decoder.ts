/** PNG, JPEG and what else sharp reads → grey images of bytes. */

import { OperationalError } from '../core/errors.js';
import type { ImageSize } from '../image/augment/image.js';
import { decodeGreyPng } from './grey-png.js';
import type { Picture } from './picture.js';

export interface PictureOptions {
  /** Resample to this size; without it, the picture keeps its own. */
  readonly size?: ImageSize | undefined;
  /** What transparent places and the margins that keep proportions become: 0 or 255. */
  readonly background: number;
}

export type PictureDecoder = (bytes: Buffer, source: string) => Promise<Picture>;

/**
 * Loads sharp and returns a decoder: turned upright by EXIF, transparency laid over the background, colour to grey
 * by luminance in linear light (grey stays as it is, to the byte), 16 bits to 8. With a size, the picture is
 * scaled by a triangle filter (bilinear with antialiasing: no halos round dark edges) to fit into it, its proportions
 * kept, and centred on the background.
 */
export async function loadPictureDecoder(options: PictureOptions): Promise<PictureDecoder> {
  const { default: sharp } = await import('sharp');
  // Pictures are small and many: they are what runs side by side, and none is seen twice.
  sharp.concurrency(1);
  sharp.cache(false);
  const { size, background } = options;
  const backdrop = { r: background, g: background, b: background };
  return async (bytes, source) => {
    const plain = size ? undefined : decodeGreyPng(bytes);
    if (plain) return plain;
    try {
      let picture = sharp(bytes).autoOrient().flatten({ background: backdrop }).greyscale();
      if (size)
        picture = picture.resize({
          width: size.columns,
          height: size.rows,
          fit: 'contain',
          kernel: 'linear',
          background: backdrop,
        });
      const { data, info } = await picture
        .raw({ depth: 'uchar' })
        .toBuffer({ resolveWithObject: true });
      const { width: columns, height: rows, channels } = info;
      const pixels = channels === 1 ? data : data.filter((_, i) => i % channels === 0);
      return { rows, columns, pixels: Buffer.from(pixels) };
    } catch (error) {
      throw new OperationalError(
        source,
        `is not a sound image (${(error as Error).message.replace(/\s+/g, ' ')}); PNG, JPEG, WebP, GIF, TIFF or AVIF was expected`,
        { cause: error },
      );
    }
  };
}
