/**
 * Pictures of any size and colour → the model's shape. Proportions are kept: a picture is scaled by a triangle filter
 * (bilinear with antialiasing) to fit, and centred on the model's background. Colour becomes grey by luminance,
 * transparency a backdrop that contrasts with what is there, and the negative is taken where the polarity asks for it.
 */

import type { Metadata, Sharp } from 'sharp';
import { decodeGreyPng } from '../../formats/grey-png.js';
import { RequestError } from '../request-error.js';
import type { ImageDecodingOptions, ShapedImage } from './intake.js';
import type { PixelBudget } from './pixel-budget.js';
import { cornerMean, expectsLight, invert, isInverted } from './polarity.js';

export interface DecodedImage {
  readonly rows: number;
  readonly columns: number;
  /** [rows, columns] bytes. */
  readonly pixels: Uint8Array;
}

type Options = Pick<ImageDecodingOptions, 'model' | 'polarity'>;

/** An encoded picture; RequestError 400 or 413 where it is unsound or too large, told from its head. */
export async function shapePicture(
  bytes: Buffer,
  options: Options,
  budget: PixelBudget,
): Promise<ShapedImage> {
  const size = pngSize(bytes);
  if (size) budget.take(size.rows, size.columns);
  // Others wait for a thread of their own: nothing large is decoded on this one.
  const small = size?.rows === options.model.rows && size.columns === options.model.columns;
  const plain = small ? decodeGreyPng(bytes) : undefined;
  if (plain) return finished(plain, options);
  const sharp = await loadSharp();
  try {
    const picture = sharp(bytes, {
      limitInputPixels: size ? budget.most : Math.max(1, budget.left),
    });
    if (!size) take(await picture.metadata(), budget);
    return finished(await fitted(picture, options), options);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    throw unsound(error as Error);
  }
}

/** Grey pixels of any size. */
export async function shapeGrey(image: DecodedImage, options: Options): Promise<ShapedImage> {
  const { rows, columns, pixels } = image;
  const { model } = options;
  if (rows === model.rows && columns === model.columns) return finished(image, options);
  const sharp = await loadSharp();
  const raw = { width: columns, height: rows, channels: 1 } as const;
  return finished(await fitted(sharp(pixels, { raw }), options), options);
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
function pngSize(bytes: Buffer): { rows: number; columns: number } | undefined {
  if (bytes.length < 33 || bytes.readUInt32BE(0) !== 0x89504e47) return undefined;
  return { rows: bytes.readUInt32BE(20), columns: bytes.readUInt32BE(16) };
}

function take({ width = 0, height = 0, pages = 1 }: Metadata, budget: PixelBudget): void {
  budget.take(height, width, pages > 1 ? 1 : pages);
}

/** Scaled to fit into the model's size, grey, on a backdrop. */
async function fitted(picture: Sharp, { model }: Options): Promise<DecodedImage> {
  const scaled = picture
    .autoOrient()
    .resize({ width: model.columns, height: model.rows, fit: 'inside', kernel: 'linear' });
  const { hasAlpha } = await picture.metadata();
  const opaque = hasAlpha ? await laidOver(scaled) : scaled;
  const { data, info } = await opaque.greyscale().raw({ depth: 'uchar' }).toBuffer(resolved);
  const { width: columns, height: rows, channels } = info;
  const pixels = new Uint8Array(rows * columns);
  for (let i = 0; i < pixels.length; i++) pixels[i] = data[i * channels]!;
  return { rows, columns, pixels };
}

const resolved = { resolveWithObject: true } as const;

/** Laid over white where what is there is dark, and over black where it is light. */
async function laidOver(picture: Sharp): Promise<Sharp> {
  const { data, info } = await picture
    .toColourspace('srgb')
    .raw({ depth: 'uchar' })
    .toBuffer(resolved);
  let [sum, weight] = [0, 0];
  for (let at = 0; at < data.length; at += info.channels) {
    const alpha = data[at + info.channels - 1]!;
    sum += alpha * data[at + 1]!;
    weight += alpha;
  }
  const backdrop = sum < 127.5 * weight ? 255 : 0;
  const { width, height, channels } = info;
  const raw = { width, height, channels: channels as 4 };
  const sharp = await loadSharp();
  return sharp(data, { raw }).flatten({ background: { r: backdrop, g: backdrop, b: backdrop } });
}

/** In the model's polarity, centred on its background. */
function finished(
  { rows, columns, pixels }: DecodedImage,
  { model, polarity }: Options,
): ShapedImage {
  const inverted = isInverted(cornerMean(pixels, rows, columns), model, polarity);
  if (inverted) invert(pixels);
  if (rows === model.rows && columns === model.columns) return { pixels, inverted };
  const whole = new Uint8Array(model.rows * model.columns).fill(expectsLight(model) ? 255 : 0);
  const [top, left] = [(model.rows - rows) >> 1, (model.columns - columns) >> 1];
  for (let row = 0; row < rows; row++)
    whole.set(
      pixels.subarray(row * columns, (row + 1) * columns),
      (top + row) * model.columns + left,
    );
  return { pixels: whole, inverted };
}

function unsound(error: Error): RequestError {
  const reason = error.message.replace(/\s+/g, ' ').slice(0, 200);
  const large = /pixel limit/i.test(reason);
  return new RequestError(
    large ? 413 : 400,
    large
      ? 'the image has more pixels than a request may hold'
      : `not a sound image (${reason}); PNG, JPEG, WebP, GIF, TIFF or AVIF was expected`,
    {},
    { cause: error },
  );
}
