/** The rest of an input in memory, for formats whose directory stands at their end. */

import { OperationalError } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';

const limit = 2 ** 32;

/** Bytes to the end, up to 4 GiB. */
export async function readWhole(reader: ByteReader): Promise<Buffer> {
  const bytes = await reader.read(limit + 1);
  if (bytes.length > limit)
    throw new OperationalError(
      reader.source,
      `is larger than ${limit} bytes, which is more than is read at once`,
    );
  return bytes;
}
