/** The images that requests are made of. */

import { OperationalError } from '../core/errors.js';
import { openSet } from '../idx/set-reader.js';
import { rawBatches } from '../image/raw-pixels.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { ImagePool } from './payloads.js';

/** The first `most` images of a stream, as raw bytes; the rest is left unread. */
export async function readPool(reader: ByteReader, most: number): Promise<ImagePool> {
  const set = await openSet(reader, { labels: 'optional' });
  const { rows, columns } = set.images;
  const count = Math.min(most, set.images.count);
  if (count === 0)
    throw new OperationalError(set.source, 'holds no image; one at least was expected');
  const pixels = new Uint8Array(count * rows * columns);
  for await (const batch of rawBatches(set)) {
    const at = batch.start * rows * columns;
    if (at >= pixels.length) break;
    pixels.set(batch.pixels.subarray(0, pixels.length - at), at);
  }
  await reader.close();
  return { count, rows, columns, pixels, labels: set.labels?.slice(0, count) };
}
