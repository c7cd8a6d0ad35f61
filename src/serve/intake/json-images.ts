/**
 * Images in JSON: `{"pixels": …}` is one, `{"image": "base64"}` too, `{"images": [...]}` (or `instances`) are many.
 * Pixels are whole numbers from 0 to 255: a list of them with `rows` and `columns` where the size is not the model's,
 * or a list of rows. A text is base64, plain or as a data URL: of a picture file, or of raw pixels.
 */

import { isByte, isObject, withoutMark } from '../../core/json.js';
import { looksLikePicture } from '../../io/beginnings.js';
import { RequestError } from '../request-error.js';
import type { ImageDecodingOptions, ShapedImage } from './intake.js';
import type { PixelBudget } from './pixel-budget.js';
import { shapeGrey, shapePicture } from './shape.js';

/** The images of a JSON body; RequestError 400 names what is wrong, and with which. */
export async function readJsonImages(
  body: Buffer,
  options: ImageDecodingOptions,
  budget: PixelBudget,
): Promise<ShapedImage[]> {
  const value = parseJson(body);
  if (!isObject(value))
    throw new RequestError(400, `JSON ${expected}; ${described(value)} was sent`);
  const list = value.images ?? value.instances;
  if (list === undefined) return [await readJsonImage(value, options, budget, 'the body')];
  if (!Array.isArray(list) || list.length === 0)
    throw new RequestError(400, `'images' is ${described(list)}; a list of images was expected`);
  const images: ShapedImage[] = [];
  for (const [i, image] of list.entries())
    images.push(await readJsonImage(image, options, budget, `image ${i}`));
  return images;
}

const expected = "was expected to be an object with 'pixels', 'image' or 'images'";

/** One image of any of the forms. `where` opens the messages. */
export async function readJsonImage(
  value: unknown,
  options: ImageDecodingOptions,
  budget: PixelBudget,
  where: string,
): Promise<ShapedImage> {
  if (typeof value === 'string') return fromBase64(value, undefined, options, budget, where);
  if (Array.isArray(value)) return fromNumbers(value, {}, options, budget, where);
  if (!isObject(value))
    throw new RequestError(400, `${where}: ${described(value)}; an image was expected`);
  const { pixels, image = value.b64 ?? value.base64, label } = value;
  if (label !== undefined && !isByte(label))
    throw new RequestError(
      400,
      `${where}: 'label' is ${described(label)}; a whole number from 0 to 255 was expected`,
    );
  if (Array.isArray(pixels))
    return { ...(await fromNumbers(pixels, value, options, budget, where)), label };
  const text = pixels ?? image;
  if (typeof text !== 'string')
    throw new RequestError(
      400,
      `${where}: has neither 'pixels', a list of numbers, nor 'image', base64`,
    );
  return { ...(await fromBase64(text, value, options, budget, where)), label };
}

/** JSON of UTF-8 bytes; RequestError 400 where it is none. */
export function parseJson(bytes: Buffer, where = 'the body'): unknown {
  try {
    return JSON.parse(withoutMark(bytes).toString('utf8'));
  } catch (error) {
    throw new RequestError(400, `${where}: is not JSON`, {}, { cause: error });
  }
}

type Sized = Readonly<Record<string, unknown>>;

async function fromNumbers(
  list: readonly unknown[],
  sized: Sized,
  options: ImageDecodingOptions,
  budget: PixelBudget,
  where: string,
): Promise<ShapedImage> {
  const nested = Array.isArray(list[0]);
  const size = nested
    ? { rows: list.length, columns: (list[0] as readonly unknown[]).length }
    : sizeOf(sized, options, where);
  budget.take(size.rows, size.columns);
  const wanted = nested ? size.rows : size.rows * size.columns;
  if (list.length !== wanted || size.columns === 0)
    throw new RequestError(
      400,
      `${where}: 'pixels' is a list of ${list.length}; ${wanted} numbers were expected (${size.rows} × ${size.columns})`,
    );
  const pixels = new Uint8Array(size.rows * size.columns);
  if (!nested) fill(pixels, 0, list, where);
  else
    for (const [row, values] of list.entries()) {
      if (!Array.isArray(values) || values.length !== size.columns)
        throw new RequestError(
          400,
          `${where}: row ${row} is ${described(values)}; a list of ${size.columns} was expected, as the first`,
        );
      fill(pixels, row * size.columns, values, where);
    }
  if (nested) checkNested(size, sized, options, where);
  refuseScaled(pixels, options, where);
  return shapeGrey({ ...size, pixels }, options);
}

/**
 * RequestError 400 where the size of a list of rows is not that of `rows` and `columns`, or where these are not there, is
 * hardly one of an image: rows of up to four numbers are rather the channels of pixels, and a single row a flat list.
 */
function checkNested(size: Size, sized: Sized, options: ImageDecodingOptions, where: string): void {
  const said = sized.rows !== undefined || sized.columns !== undefined;
  const { rows, columns } = said ? sizeOf(sized, options, where) : options.model;
  if (rows === size.rows && columns === size.columns) return;
  if (!said && size.rows > 1 && size.columns > mostChannels) return;
  throw new RequestError(
    400,
    `${where}: 'pixels' is a list of ${size.rows} lists of ${size.columns}; ${rows} rows of ${columns} were expected${said ? '' : ", or 'rows' and 'columns' that say otherwise"}`,
  );
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

const mostChannels = 4;

function fill(pixels: Uint8Array, from: number, values: readonly unknown[], where: string): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    // [v]: images with one channel, as tensors have them.
    const plain = Array.isArray(value) && value.length === 1 ? value[0] : value;
    if (!isByte(plain))
      throw new RequestError(
        400,
        `${where}: pixel ${from + i} is ${described(plain)}; whole numbers from 0 to 255 were expected (raw: the model normalises by itself)`,
      );
    pixels[from + i] = plain;
  }
}

/** Pixels that were divided by 255, and rounded on the way, would be taken for a black image. */
export function refuseScaled(
  pixels: Uint8Array,
  { polarity }: ImageDecodingOptions,
  where: string,
): void {
  if (polarity === 'auto' && pixels.every((value) => value <= 1) && pixels.includes(1))
    throw new RequestError(
      422,
      `${where}: no pixel is above 1; raw values from 0 to 255 were expected (polarity=keep takes them as they are)`,
    );
}

async function fromBase64(
  text: string,
  sized: Sized | undefined,
  options: ImageDecodingOptions,
  budget: PixelBudget,
  where: string,
): Promise<ShapedImage> {
  const encoded = /^data:[^,]{0,100},/.test(text) ? text.slice(text.indexOf(',') + 1) : text;
  const bytes = Buffer.from(encoded, 'base64');
  if (looksLikePicture(bytes)) return shapePicture(bytes, options, budget);
  const size = sizeOf(sized ?? {}, options, where);
  if (bytes.length !== size.rows * size.columns)
    throw new RequestError(
      400,
      `${where}: is base64 of neither a picture nor ${size.rows} × ${size.columns} raw pixels`,
    );
  budget.take(size.rows, size.columns);
  return shapeGrey({ ...size, pixels: new Uint8Array(bytes) }, options);
}

/** The size that goes with raw pixels; the model's unless given. */
function sizeOf({ rows, columns }: Sized, { model }: ImageDecodingOptions, where: string) {
  if (rows === undefined && columns === undefined) return model;
  const sound = (size: unknown): size is number => Number.isInteger(size) && Number(size) > 0;
  if (!sound(rows) || !sound(columns) || rows > 65535 || columns > 65535)
    throw new RequestError(
      400,
      `${where}: 'rows' and 'columns' are ${described(rows)} and ${described(columns)}; whole numbers of at least 1 were expected`,
    );
  return { rows, columns };
}

/** A value in a message, however long it is. */
export function described(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return 'an object';
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
