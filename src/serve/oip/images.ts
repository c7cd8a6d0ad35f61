/** The input tensor of an inference request → images in the model's shape. */

import { isByte } from '../../core/json.js';
import { looksLikePicture } from '../../io/beginnings.js';
import {
  collectImages,
  type ImageDecodingOptions,
  type RequestImages,
  type ShapedImage,
} from '../intake/intake.js';
import { described, refuseScaled } from '../intake/json-images.js';
import { PixelBudget } from '../intake/pixel-budget.js';
import { shapeGrey, shapePicture } from '../intake/shape.js';
import { RequestError } from '../request-error.js';
import { datatypes, splitByteStrings } from './datatypes.js';
import { type InputTensor, inputName } from './request.js';

/**
 * Pixels from 0 to 255 of any datatype, [n, rows, columns], with a channel [n, 1, rows, columns] or
 * [n, rows, columns, 1], of one image [rows, columns], or [n, rows · columns] in the model's size; or BYTES [n] or
 * [n, 1], each a picture file (in JSON as base64). RequestError 400, 413 or 422.
 */
export async function tensorImages(
  tensor: InputTensor,
  options: ImageDecodingOptions,
): Promise<RequestImages> {
  const budget = new PixelBudget(options.maxPixels);
  if (tensor.datatype === 'BYTES') return collectImages(await pictures(tensor, options, budget));
  const { count, rows, columns } = sizesOf(tensor.shape, options);
  budget.take(rows, columns, count);
  const values = pixelsOf(tensor, count * rows * columns);
  const images: ShapedImage[] = [];
  for (let i = 0; i < count; i++) {
    const pixels = values.slice(i * rows * columns, (i + 1) * rows * columns);
    refuseScaled(pixels, options, `image ${i}`);
    images.push(await shapeGrey({ rows, columns, pixels }, options));
  }
  return collectImages(images);
}

async function pictures(
  { shape, data }: InputTensor,
  options: ImageDecodingOptions,
  budget: PixelBudget,
): Promise<ShapedImage[]> {
  const [count = 0, one = 1] = shape;
  const files = Buffer.isBuffer(data) ? splitByteStrings(data) : data.map(fromBase64);
  if (shape.length > 2 || one !== 1 || files?.length !== count)
    throw fault(
      `BYTES of shape [${shape.join(', ')}] hold ${files?.length ?? 'no whole number of'} elements; [n] or [n, 1], and n picture files, were expected`,
    );
  const images: ShapedImage[] = [];
  for (const [i, file] of files.entries()) {
    if (!looksLikePicture(file)) throw fault(`element ${i} is not a picture file`);
    images.push(await shapePicture(file, options, budget));
  }
  return images;
}

function fromBase64(value: unknown): Buffer {
  if (typeof value !== 'string')
    throw fault(`an element is ${described(value)}; base64 was expected`);
  return Buffer.from(value, 'base64');
}

function sizesOf(shape: readonly number[], { model }: ImageDecodingOptions) {
  const [a = 0, b = 0, c = 0, d = 0] = shape;
  const one = { count: 1, rows: a, columns: b };
  const size = model.rows * model.columns;
  if (shape.length === 4 && b === 1) return { count: a, rows: c, columns: d };
  if (shape.length === 4 && d === 1) return { count: a, rows: b, columns: c };
  if (shape.length === 3) return { count: a, rows: b, columns: c };
  if (shape.length === 2 && b === size)
    return { count: a, rows: model.rows, columns: model.columns };
  if (shape.length === 2) return one;
  throw fault(
    `its shape is [${shape.join(', ')}]; [n, rows, columns] was expected, with one channel at most`,
  );
}

/** Whole numbers from 0 to 255. */
function pixelsOf({ datatype, data }: InputTensor, wanted: number): Uint8Array {
  const type = datatypes[datatype];
  if (!type)
    throw fault(
      `its datatype is '${datatype.slice(0, 40)}'; BYTES or ${Object.keys(datatypes).join(', ')} was expected`,
    );
  const held = Buffer.isBuffer(data) ? data.length / type.size : data.length;
  if (held !== wanted) throw fault(`it holds ${held} values; its shape has ${wanted}`);
  if (Buffer.isBuffer(data) && datatype === 'UINT8') return new Uint8Array(data);
  const pixels = new Uint8Array(wanted);
  const view = Buffer.isBuffer(data)
    ? new DataView(data.buffer, data.byteOffset, data.byteLength)
    : undefined;
  for (let i = 0; i < wanted; i++) {
    const value = view ? type.read(view, i * type.size) : (data as readonly unknown[])[i];
    if (!isByte(value))
      throw fault(
        `value ${i} is ${described(value)}; whole numbers from 0 to 255 were expected (raw: the model normalises by itself)`,
      );
    pixels[i] = value as number;
  }
  return pixels;
}

const fault = (message: string) => new RequestError(400, `input '${inputName}': ${message}`);
