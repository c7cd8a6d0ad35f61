/**
 * The body of a request → images in the model's shape. The Content-Type says what it is, and where it says nothing
 * of use (curl's own, or none), the body's beginning does: a picture file, an IDX stream, JSON, NDJSON, a form.
 */

import { OperationalError } from '../../core/errors.js';
import { withoutMark } from '../../core/json.js';
import { looksLikePicture } from '../../io/beginnings.js';
import { RequestError } from '../request-error.js';
import { gunzipped } from './content-encoding.js';
import { readIdx } from './idx-body.js';
import {
  collectImages,
  type ImageDecodingOptions,
  type RequestImages,
  type ShapedImage,
} from './intake.js';
import { readJsonImage, readJsonImages } from './json-images.js';
import { readForm } from './multipart.js';
import { readNdjson } from './ndjson-body.js';
import { PixelBudget } from './pixel-budget.js';
import { shapePicture } from './shape.js';

/** Reads a body. RequestError 400, 413, 415 or 422 says what is wrong with it. */
export async function readBody(
  body: Buffer,
  contentType: string,
  options: ImageDecodingOptions,
): Promise<RequestImages> {
  const budget = new PixelBudget(options.maxPixels);
  const bytes = await plainBody(body, options.maxBody);
  if (bytes.length === 0) throw new RequestError(400, 'the body is empty; an image was expected');
  try {
    return await readers[kindOf(bytes, contentType)](bytes, contentType, options, budget);
  } catch (error) {
    if (error instanceof OperationalError)
      throw new RequestError(400, error.message, {}, { cause: error });
    throw error;
  }
}

/** A body that is a gzipped file, unpacked, whatever its type. */
export async function plainBody(body: Buffer, most: number): Promise<Buffer> {
  return body[0] === 0x1f && body[1] === 0x8b ? gunzipped(body, most) : body;
}

type Kind = 'picture' | 'json' | 'ndjson' | 'idx' | 'form';
type Reader = (
  bytes: Buffer,
  contentType: string,
  options: ImageDecodingOptions,
  budget: PixelBudget,
) => Promise<RequestImages>;

const readers: Readonly<Record<Kind, Reader>> = {
  picture: async (bytes, _, options, budget) =>
    collectImages([await shapePicture(bytes, options, budget)]),
  json: async (bytes, _, options, budget) =>
    collectImages(await readJsonImages(bytes, options, budget)),
  ndjson: async (bytes, _, options, budget) =>
    collectImages(await readNdjson(bytes, options, budget), true),
  idx: (bytes, _, options, budget) => readIdx(bytes, options, budget),
  form: readFormImages,
};

/** By the type where it is one of ours, else by how the body begins. */
function kindOf(bytes: Buffer, contentType: string): Kind {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'multipart/form-data') return 'form';
  if (type === 'application/x-ndjson' || type === 'application/ndjson') return 'ndjson';
  if (type === 'application/json' || type.endsWith('+json')) return 'json';
  if (looksLikePicture(bytes)) return 'picture';
  if (type.startsWith('image/'))
    throw new RequestError(
      400,
      'is not a sound image; PNG, JPEG, WebP, GIF, TIFF or AVIF was expected',
    );
  if (bytes[0] === 0 && bytes[1] === 0) return 'idx';
  const head = withoutMark(bytes).toString('latin1', 0, 64).trimStart();
  if (head.startsWith('{')) return isLines(bytes) ? 'ndjson' : 'json';
  throw new RequestError(
    415,
    'the body is of no known kind; a picture file, an IDX stream, JSON, NDJSON or multipart/form-data was expected',
  );
}

/** True if a second object follows the first on a line of its own. */
function isLines(bytes: Buffer): boolean {
  const end = bytes.indexOf('\n');
  return (
    end >= 0 && /^[^\n]*\}\s*$/.test(bytes.toString('latin1', 0, end)) && bytes[end + 1] === 0x7b
  );
}

/** A form's images: its files, and fields that hold base64 or JSON. */
async function readFormImages(
  bytes: Buffer,
  contentType: string,
  options: ImageDecodingOptions,
  budget: PixelBudget,
): Promise<RequestImages> {
  const images: ShapedImage[] = [];
  for (const { name, fileName, content } of readForm(bytes, contentType)) {
    if (content.length === 0)
      throw new RequestError(400, `form field '${name}' is empty; an image was expected`);
    if (looksLikePicture(content)) images.push(await shapePicture(content, options, budget));
    else if (content[0] === 0 && content[1] === 0) {
      const set = await readIdx(content, options, budget);
      const size = set.pixels.length / set.count;
      for (let i = 0; i < set.count; i++)
        images.push({
          pixels: set.pixels.subarray(i * size, (i + 1) * size),
          inverted: set.inverted[i] ?? false,
          label: set.labels?.[i],
        });
    } else if (fileName === undefined)
      images.push(
        await readJsonImage(fieldValue(content), options, budget, `form field '${name}'`),
      );
    else
      throw new RequestError(
        400,
        `form field '${name}': not a picture file (PNG, JPEG, WebP, GIF, TIFF, AVIF), nor an IDX stream`,
      );
  }
  if (images.length === 0) throw new RequestError(400, 'the form holds no image');
  return collectImages(images);
}

/** JSON where it is JSON, else a text. */
function fieldValue(content: Buffer): unknown {
  const text = withoutMark(content).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return text.trim();
  }
}
