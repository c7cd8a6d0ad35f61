/** Passes the bytes of one data file through, and vouches for them at the end. */

import { createHash } from 'node:crypto';
import { OperationalError } from '../core/errors.js';
import { encodeHeader, type IdxHeader, payloadBytes, readHeader } from '../idx/header.js';
import { isLabels, readLabels } from '../idx/items.js';
import type { ByteReader } from '../io/byte-reader.js';
import type { DataFile, Digest } from './datasets.js';

/**
 * Yields the file's bytes, header first, and returns their digest.
 * Errors tell a foreign header, a wrong length and a wrong digest apart; until the generator has
 * returned, nothing it yielded is to be trusted. The reader must have been opened with `hash`.
 */
export async function* checkedBytes(
  reader: ByteReader,
  file: DataFile,
): AsyncGenerator<Buffer, Digest> {
  try {
    return yield* check(reader, file);
  } finally {
    await reader.close();
  }
}

const isPlain = ({ type, shape }: IdxHeader) => type.name === 'u8' && shape.length === 1;

/** Labels of another shape, such as QMNIST's, as they go to the cache: bytes. The digest is that of what is yielded. */
async function* asBytes(labels: Uint8Array, reader: ByteReader): AsyncGenerator<Buffer, Digest> {
  await requireEnd(reader);
  const bytes = Buffer.concat([encodeHeader('u8', [labels.length]), labels]);
  yield bytes;
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
}

async function requireEnd(reader: ByteReader): Promise<void> {
  if (!(await reader.atEnd()))
    throw new OperationalError(
      reader.source,
      `goes on behind byte ${reader.offset}, where its header lets it end`,
    );
}

async function* check(reader: ByteReader, file: DataFile): AsyncGenerator<Buffer, Digest> {
  const { source } = reader;
  const header = await readHeader(reader);
  const rank = file.kind === 'images' ? 3 : 1;
  if (file.kind === 'labels' && isLabels(header) && !isPlain(header))
    return yield* asBytes(await readLabels(reader, header), reader);
  if (header.type.name !== 'u8' || header.shape.length !== rank)
    throw new OperationalError(
      source,
      `holds an item of type ${header.type.name} and rank ${header.shape.length}; ${file.kind} of type u8 and rank ${rank} were expected`,
    );
  yield encodeHeader('u8', header.shape);
  const wanted = payloadBytes(header);
  for (let got = 0; got < wanted; ) {
    const bytes = await reader.readUnits(1, Math.min(1 << 20, wanted - got));
    if (bytes.length === 0)
      throw new OperationalError(
        source,
        `ends at byte ${reader.offset}; its header announces ${reader.offset - got + wanted} bytes`,
      );
    got += bytes.length;
    yield bytes;
  }
  await requireEnd(reader);
  const found = { sha256: reader.digest(), bytes: reader.offset };
  const { digest } = file;
  if (digest && digest.bytes !== found.bytes)
    throw new OperationalError(
      source,
      `holds ${found.bytes} bytes decompressed; ${digest.bytes} were expected`,
    );
  if (digest && digest.sha256 !== found.sha256)
    throw new OperationalError(
      source,
      `is not the published ${file.name}: SHA-256 of the decompressed bytes is ${found.sha256}; ${digest.sha256} was expected`,
    );
  return found;
}
