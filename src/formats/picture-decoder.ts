/** Preparation of pictures: PNG, JPEG and what else sharp reads → grey bytes. The programs and the service share it. */

import type { Metadata, Sharp } from 'sharp';
import { OperationalError } from '../core/errors.js';
import type { ImageSize } from '../image/augment/image.js';
import { unreadPicture } from '../io/beginnings.js';
import { byteSamples } from './deep-samples.js';
import { decodeGreyPng } from './grey-png.js';
import type { Picture } from './picture.js';
import { PictureFault } from './picture-fault.js';

export interface PictureOptions {
  /** Resample to this size; without it, the picture keeps its own. */
  readonly size?: ImageSize | undefined;
  /** What transparent places and the margins that keep proportions become: 0 or 255. */
  readonly background: number;
}

export interface PreparationOptions extends PictureOptions {
  /** Pixels of a picture, at most. */
  readonly limit?: number | undefined;
  /** Told the size of a picture before it is decoded; may refuse it. */
  readonly sized?: ((rows: number, columns: number) => void) | undefined;
}

export type PictureDecoder = (bytes: Buffer, source: string) => Promise<Picture>;

const expected = 'PNG, JPEG, WebP, GIF, TIFF or AVIF was expected';

/**
 * Grey pixels of a picture: turned upright by EXIF; samples that do not fill their range scaled (see `byteSamples`), 16
 * bits cut to 8; transparency laid over the background; colour to grey by luminance in linear light, while grey stays as
 * it is, to the byte. With a size, the picture is scaled by a triangle filter (bilinear with antialiasing: no halos
 * round dark edges) to fit into it, its proportions kept; `centred` adds the margins. PictureFault for anything else.
 */
export async function preparePicture(bytes: Buffer, options: PreparationOptions): Promise<Picture> {
  const { size, sized } = options;
  const png = pngSize(bytes);
  if (png) sized?.(png.rows, png.columns);
  // What a library would take another thread for is not decoded on this one where it is large.
  if (!size || (png?.rows === size.rows && png.columns === size.columns)) {
    const plain = decodeGreyPng(bytes);
    if (plain) return plain;
  }
  const unread = unreadPicture(bytes);
  if (unread) throw new PictureFault(`is ${unread}`);
  try {
    return await decode(bytes, options, png !== undefined);
  } catch (error) {
    throw error instanceof Error && isSharps(error) ? unsound(error) : error;
  }
}

/** Prepared by sharp; in a size, where one is asked for. */
async function decode(
  bytes: Buffer,
  { size, background, limit, sized }: PreparationOptions,
  isSized: boolean,
): Promise<Picture> {
  const sharp = await loadSharp();
  const limits = limit === undefined ? {} : { limitInputPixels: Math.max(1, limit) };
  const open = () => sharp(bytes, limits).autoOrient();
  const metadata = await sharp(bytes, limits).metadata();
  if (!isSized) sized?.(metadata.height, metadata.width);
  if ((metadata.pages ?? 1) > 1)
    throw new PictureFault(`has ${metadata.pages} pages or frames; one picture was expected`);
  const samples = await byteSamples(open, metadata);
  const { data, width, height, channels } = samples ?? {};
  const upright = samples ? sharp(data!, { raw: { width, height, channels } as RawSize }) : open();
  return grey(upright, metadata, size, background);
}

type RawSize = { width: number; height: number; channels: 1 | 2 | 3 | 4 };

/** Grey pixels of any size, fitted into another. */
export async function fitGrey(picture: Picture, size: ImageSize): Promise<Picture> {
  const { rows, columns, pixels } = picture;
  if (rows === size.rows && columns === size.columns) return picture;
  const sharp = await loadSharp();
  const raw = { width: columns, height: rows, channels: 1 } as const;
  return grey(sharp(pixels, { raw }), { hasAlpha: false }, size, 0);
}

async function grey(
  picture: Sharp,
  { hasAlpha }: Pick<Metadata, 'hasAlpha'>,
  size: ImageSize | undefined,
  background: number,
): Promise<Picture> {
  const backdrop = { r: background, g: background, b: background };
  const opaque = (hasAlpha ? picture.flatten({ background: backdrop }) : picture).greyscale();
  const scaled = size
    ? opaque.resize({ width: size.columns, height: size.rows, fit: 'inside', kernel: 'linear' })
    : opaque;
  const { data, info } = await scaled.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
  const { width: columns, height: rows, channels } = info;
  if (channels === 1) return { rows, columns, pixels: data };
  const pixels = Buffer.alloc(rows * columns);
  for (let i = 0; i < pixels.length; i++) pixels[i] = data[i * channels]!;
  return { rows, columns, pixels };
}

/** A picture in the middle of a size that it fits into; the margins are background. */
export function centred(picture: Picture, size: ImageSize, background: number): Picture {
  const { rows, columns, pixels } = picture;
  if (rows === size.rows && columns === size.columns) return picture;
  const whole = Buffer.alloc(size.rows * size.columns, background);
  const [top, left] = [(size.rows - rows) >> 1, (size.columns - columns) >> 1];
  for (let row = 0; row < rows; row++)
    whole.set(
      pixels.subarray(row * columns, (row + 1) * columns),
      (top + row) * size.columns + left,
    );
  return { ...size, pixels: whole };
}

/** A decoder of picture files. OperationalError names the source of one that cannot be read. */
export function pictureDecoder(options: PictureOptions): PictureDecoder {
  return async (bytes, source) => {
    try {
      const picture = await preparePicture(bytes, options);
      return options.size ? centred(picture, options.size, options.background) : picture;
    } catch (error) {
      if (!(error instanceof PictureFault)) throw error;
      throw new OperationalError(source, error.message, { cause: error });
    }
  };
}

let loaded: typeof import('sharp')['default'] | undefined;

async function loadSharp() {
  if (loaded) return loaded;
  const { default: sharp } = await import('sharp');
  // Pictures are small and many: they are what runs side by side, and none is seen twice.
  sharp.concurrency(1);
  sharp.cache(false);
  loaded = sharp;
  return sharp;
}

/** Size of a PNG by its header: bytes 16 to 23. */
function pngSize(bytes: Buffer): ImageSize | undefined {
  if (bytes.length < 33 || bytes.readUInt32BE(0) !== 0x89504e47) return undefined;
  return { rows: bytes.readUInt32BE(20), columns: bytes.readUInt32BE(16) };
}

/** True of what sharp throws, which is of no class of its own. */
const isSharps = (error: Error) => error.constructor === Error;

function unsound(error: Error): PictureFault {
  const reason = error.message.replace(/\s+/g, ' ').slice(0, 200);
  if (/pixel limit/i.test(reason))
    return new PictureFault('has more pixels than a picture may have', true, { cause: error });
  return new PictureFault(`is not a sound image (${reason}); ${expected}`, false, { cause: error });
}
