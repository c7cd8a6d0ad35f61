/** NDJSON image records, one a line, as `fmnist-cat --format ndjson` writes them; each may have its own size. */

import { isObject, withoutMark } from '../../core/json.js';
import { RequestError } from '../request-error.js';
import type { ImageDecodingOptions, ShapedImage } from './intake.js';
import { parseJson, readJsonImage } from './json-images.js';
import type { PixelBudget } from './pixel-budget.js';

/** The images of all lines but those whose `type` says that they are none. RequestError 400 names the line at fault. */
export async function readNdjson(
  body: Buffer,
  options: ImageDecodingOptions,
  budget: PixelBudget,
): Promise<ShapedImage[]> {
  const images: ShapedImage[] = [];
  let line = 0;
  for (let at = 0; at < body.length; ) {
    const newline = body.indexOf(10, at);
    const end = newline < 0 ? body.length : newline;
    const bytes = body.subarray(at, end);
    at = end + 1;
    line++;
    if (withoutMark(bytes).toString('latin1', 0, 64).trim() === '') continue;
    const where = `line ${line}`;
    const record = parseJson(bytes, where);
    if (isImage(record)) images.push(await readJsonImage(record, options, budget, where));
  }
  if (images.length === 0) throw new RequestError(400, 'the body holds no image record');
  return images;
}

function isImage(record: unknown): boolean {
  if (!isObject(record)) return true;
  const { type } = record;
  return type === undefined || type === 'image';
}
