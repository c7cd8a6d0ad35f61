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
import type { InputTensor } from './request.js';
import { flatValues } from './tensor-data.js';

/**
 * Pixels from 0 to 255 of any datatype in the model's size: [n, rows, columns], with a channel [n, rows, columns, 1] or
 * [n, 1, rows, columns], [n, rows · columns], or of one image [rows, columns]; or BYTES [n] or [n, 1], each a picture
 * file of any size (in JSON as base64). A shape is taken as it is declared, or refused: RequestError 400, 413 or 422.
 */
export async function tensorImages(
  tensor: InputTensor,
  options: ImageDecodingOptions,
): Promise<RequestImages> {
  const budget = new PixelBudget(options.maxPixels);
  if (tensor.datatype === 'BYTES') return collectImages(await pictures(tensor, options, budget));
  const { rows, columns } = options.model;
  const count = countOf(tensor, options);
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
  { shape, data, called }: InputTensor,
  options: ImageDecodingOptions,
  budget: PixelBudget,
): Promise<ShapedImage[]> {
  const [count = 0, one = 1] = shape;
  const sound = shape.length <= 2 && one === 1;
  const files = Buffer.isBuffer(data)
    ? splitByteStrings(data)
    : sound
      ? flatValues(data, shape, called).map((value) => fromBase64(value, called))
      : data;
  if (!sound || files?.length !== count)
    throw fault(
      called,
      `BYTES of shape [${shape.join(', ')}] hold ${files?.length ?? 'no whole number of'} elements; [n] or [n, 1], and n picture files, were expected`,
    );
  const images: ShapedImage[] = [];
  for (const [i, file] of (files as readonly Buffer[]).entries()) {
    if (!looksLikePicture(file)) throw fault(called, `element ${i} is not a picture file`);
    images.push(await shapePicture(file, options, budget));
  }
  return images;
}

function fromBase64(value: unknown, called: string): Buffer {
  if (typeof value !== 'string')
    throw fault(called, `an element is ${described(value)}; base64 was expected`);
  return Buffer.from(value, 'base64');
}

/** How many images a shape declares. */
function countOf({ shape, batched, called }: InputTensor, { model }: ImageDecodingOptions): number {
  const { rows, columns } = model;
  const forms = [[rows, columns], [rows, columns, 1], [1, rows, columns], [rows * columns]];
  const [count = 0, ...sizes] = shape;
  if (forms.some((form) => form.join() === sizes.join())) return count;
  if (!batched && shape.join() === forms[0]?.join()) return 1;
  const expected = forms.map((form) => `[n, ${form.join(', ')}]`).join(', ');
  throw fault(
    called,
    `its shape is [${shape.slice(0, 8).join(', ')}${shape.length > 8 ? ', …' : ''}]; ${expected}${batched ? '' : ` or, of one image, [${rows}, ${columns}]`} was expected`,
  );
}

/** Whole numbers from 0 to 255. */
function pixelsOf({ datatype, shape, data, called }: InputTensor, wanted: number): Uint8Array {
  const type = datatypes[datatype];
  if (!type)
    throw fault(
      called,
      `its datatype is '${datatype.slice(0, 40)}'; BYTES or ${Object.keys(datatypes).join(', ')} was expected`,
    );
  const values = Buffer.isBuffer(data) ? undefined : flatValues(data, shape, called);
  const held = Buffer.isBuffer(data) ? data.length / type.size : values?.length;
  if (held !== wanted) throw fault(called, `it holds ${held} values; its shape has ${wanted}`);
  if (Buffer.isBuffer(data) && datatype === 'UINT8') return new Uint8Array(data);
  const pixels = new Uint8Array(wanted);
  const view = Buffer.isBuffer(data)
    ? new DataView(data.buffer, data.byteOffset, data.byteLength)
    : undefined;
  for (let i = 0; i < wanted; i++) {
    const value = view ? type.read(view, i * type.size) : values?.[i];
    if (!isByte(value))
      throw fault(
        called,
        `value ${i} is ${described(value)}; whole numbers from 0 to 255 were expected (raw: the model normalises by itself)`,
      );
    pixels[i] = value as number;
  }
  return pixels;
}

const fault = (called: string, message: string) => new RequestError(400, `${called}: ${message}`);
