/**
 * Images of any size → the model's shape and polarity. Pictures are prepared as the programs prepare them
 * (formats/picture-decoder.ts); what is transparent is the background, and the negative is taken where the polarity asks
 * for it.
 */

import type { Picture } from '../../formats/picture.js';
import {
  centred,
  fitGrey,
  type PreparationOptions,
  preparePicture,
} from '../../formats/picture-decoder.js';
import { PictureFault } from '../../formats/picture-fault.js';
import { blankValue } from '../../image/blank.js';
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

/** An encoded picture; RequestError 400 or 413 where it is unsound or too large, told from its head, 422 where it is blank. */
export async function shapePicture(
  bytes: Buffer,
  options: Options,
  budget: PixelBudget,
): Promise<ShapedImage> {
  const { model, polarity } = options;
  const background = expectsLight(model) ? 255 : 0;
  const preparation: PreparationOptions = {
    size: model,
    background: polarity === 'invert' ? 255 - background : background,
    limit: budget.left,
    sized: (rows, columns) => budget.take(rows, columns),
  };
  const picture = await preparePicture(bytes, preparation).catch((error: unknown) => {
    if (!(error instanceof PictureFault)) throw error;
    const message = `the picture ${error.message}`;
    throw new RequestError(error.large ? 413 : 400, message, {}, { cause: error });
  });
  const blank = blankValue(picture.pixels);
  if (blank !== undefined)
    throw new RequestError(
      422,
      `the picture is blank once prepared: every pixel is ${blank}; one that shows something was expected (what is transparent becomes black, and with polarity=invert white)`,
    );
  return finished(picture, options);
}

/** Grey pixels of any size. */
export async function shapeGrey(image: DecodedImage, options: Options): Promise<ShapedImage> {
  return finished(
    await fitGrey({ ...image, pixels: asBuffer(image.pixels) }, options.model),
    options,
  );
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array) =>
  Buffer.from(buffer, byteOffset, byteLength);

/** In the model's polarity, centred on its background. */
function finished(picture: Picture, { model, polarity }: Options): ShapedImage {
  const { rows, columns, pixels } = picture;
  const inverted = isInverted(cornerMean(pixels, rows, columns), model, polarity);
  if (inverted) invert(pixels);
  const whole = centred(picture, model, expectsLight(model) ? 255 : 0);
  return { pixels: whole.pixels, inverted };
}
