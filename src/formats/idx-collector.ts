/** Reads the items of an IDX stream into an assembler, their images onto a shelf. */

import { open } from 'node:fs/promises';
import { displayName } from '../core/errors.js';
import type { SetAssembler } from '../idx/assemble.js';
import { readHeader } from '../idx/header.js';
import {
  type ImageShape,
  imageBytes,
  imageShapeOf,
  isAnnotation,
  isLabels,
  readAnnotation,
  readImages,
  readLabels,
} from '../idx/items.js';
import { decodeValues, type IdxTypeName, idxTypes } from '../idx/types.js';
import type { ByteReader } from '../io/byte-reader.js';
import { canReopen, openFileAt } from '../io/input.js';
import type { ImageStore, StoredImages } from './image-store.js';
import { bytesOf } from './numeric-array.js';

const anyType = Object.keys(idxTypes) as IdxTypeName[];

/**
 * Takes every item of a stream that begins at its first byte. `reach` is how many more images will be read:
 * once so many have their labels and are kept, the rest is left unread and the result is true.
 * The images of regular files that are not compressed stay where they are.
 */
export async function collectIdx(
  opened: ByteReader,
  assembler: SetAssembler<StoredImages>,
  shelf: ImageStore,
  reach: number,
): Promise<boolean> {
  const size = await plainSize(opened.source);
  const file = size === undefined ? undefined : shelf.fileStore(opened.source);
  let reader = opened;
  let left = reach;
  let enough = false;
  do {
    const place = { source: reader.source, at: reader.offset };
    const header = await readHeader(reader);
    if (isAnnotation(header)) {
      assembler.annotation(await readAnnotation(reader, header, place.at), place);
    } else if (isLabels(header)) {
      assembler.labels(await readLabels(reader, header), place);
    } else {
      const found = imageShapeOf(header, reader.source, place.at, anyType);
      if (found.type !== 'u8' && found.type !== 'f32') {
        const { shape, position } = await convert(reader, found, shelf);
        assembler.images(shape, { store: shelf.spool, position }, place);
        continue;
      }
      const shape = found;
      enough = assembler.waitingLabels?.length === shape.count && shape.count >= left;
      const wanted = enough ? { ...shape, count: left } : shape;
      if (file && size !== undefined) {
        const position = reader.offset;
        if (!enough) reader = await behindImages(reader, shape, size);
        assembler.images(shape, { store: file, position }, place);
      } else {
        const position = shelf.spool.length;
        for await (const bytes of readImages(reader, wanted))
          await shelf.spool.write(Buffer.from(bytes));
        assembler.images(shape, { store: shelf.spool, position }, place);
      }
      if (enough) assembler.truncate(left);
      left = Math.max(0, left - shape.count);
    }
  } while (!enough && !(await reader.atEnd()));
  await reader.close();
  return enough;
}

/** Images of whole numbers or doubles, which no program computes on, as bytes; the exact way is that of `bytesOf`. */
async function convert(reader: ByteReader, found: ImageShape, shelf: ImageStore) {
  const { type, count, rows, columns } = found;
  const parts: Buffer[] = [];
  for await (const bytes of readImages(reader, found)) parts.push(Buffer.from(bytes));
  const values = decodeValues(type, Buffer.concat(parts));
  const position = shelf.spool.length;
  await shelf.spool.write(
    Buffer.from(bytesOf({ shape: [count, rows, columns], values }, displayName(reader.source))),
  );
  return { shape: { ...found, type: 'u8' as const }, position };
}

/** The size of a regular file that begins as IDX does; undefined for pipes, and for files that gzip holds. */
async function plainSize(name: string): Promise<number | undefined> {
  if (!(await canReopen(name))) return undefined;
  const file = await open(name, 'r');
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.every((byte) => byte === 0) ? (await file.stat()).size : undefined;
  } finally {
    await file.close();
  }
}

/** Goes on behind the images, by a leap where they are many and all there. */
async function behindImages(
  reader: ByteReader,
  shape: ImageShape,
  size: number,
): Promise<ByteReader> {
  const end = reader.offset + shape.count * imageBytes(shape);
  if (end > size || end - reader.offset < 1 << 20) {
    // Reading on finds, and names, where the file is cut short.
    for await (const _ of readImages(reader, shape));
    return reader;
  }
  await reader.close();
  return openFileAt(reader.source, end);
}
