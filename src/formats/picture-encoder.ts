/** Grey images → PNG or JPEG files. */

import type { GreyImage } from '../picture/grey-image.js';

export const pictureFormats = ['png', 'jpeg'] as const;
export type PictureFormat = (typeof pictureFormats)[number];

export interface PictureEncoder {
  readonly extension: string;
  encode(image: GreyImage & { readonly pixels: Buffer }): Promise<Buffer>;
}

/** PNG without loss; JPEG by sharp at quality 95, which is not. */
export async function loadPictureEncoder(format: PictureFormat): Promise<PictureEncoder> {
  if (format === 'png') {
    const { encodeGreyPng } = await import('../picture/png.js');
    return { extension: '.png', encode: async (image) => encodeGreyPng(image) };
  }
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  return {
    extension: '.jpg',
    encode: ({ rows, columns, pixels }) =>
      sharp(pixels, { raw: { width: columns, height: rows, channels: 1 } })
        .toColourspace('b-w')
        .jpeg({ quality: 95 })
        .toBuffer(),
  };
}
