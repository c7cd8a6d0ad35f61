/** An IDX stream in a body: images, or a labelled set, raw or normalised by the contract that travels with it. */

import { openSet } from '../../idx/set-reader.js';
import { rawBatches } from '../../image/raw-pixels.js';
import { ByteReader } from '../../io/byte-reader.js';
import { RequestError } from '../request-error.js';
import type { ImageDecodingOptions, RequestImages } from './intake.js';
import type { PixelBudget } from './pixel-budget.js';
import { cornerMean, invert, isInverted } from './polarity.js';
import { shapeGrey } from './shape.js';

/** Reads the set; OperationalError or RequestError where it is unsound. Light or dark is decided for the set as a whole. */
export async function readIdx(
  body: Buffer,
  { model, polarity }: ImageDecodingOptions,
  budget: PixelBudget,
): Promise<RequestImages> {
  const reader = new ByteReader('the body', chunk(body));
  const set = await openSet(reader, { labels: 'optional' });
  const { count, rows, columns } = set.images;
  if (count === 0) throw new RequestError(400, 'the IDX stream holds no image');
  budget.take(rows, columns, count);
  const size = rows * columns;
  const sent = new Uint8Array(count * size);
  for await (const { start, pixels } of rawBatches(set)) sent.set(pixels, start * size);
  let corners = 0;
  for (let i = 0; i < count; i++)
    corners += cornerMean(sent.subarray(i * size, (i + 1) * size), rows, columns);
  const inverted = isInverted(corners / count, model, polarity);
  if (inverted) invert(sent);
  const common = { count, labels: set.labels, inverted: Array(count).fill(inverted), stream: true };
  if (rows === model.rows && columns === model.columns) return { ...common, pixels: sent };
  const shaped = new Uint8Array(count * model.rows * model.columns);
  for (let i = 0; i < count; i++) {
    const pixels = sent.subarray(i * size, (i + 1) * size);
    const image = await shapeGrey({ rows, columns, pixels }, { model, polarity: 'keep' });
    shaped.set(image.pixels, i * model.rows * model.columns);
  }
  return { ...common, pixels: shaped };
}

async function* chunk(body: Buffer): AsyncGenerator<Buffer> {
  yield body;
}
