/** The header of an IDX item: `00 00 TYPE RANK`, then RANK big-endian uint32 sizes. */

import { OperationalError } from '../core/errors.js';
import { beginningBytes, nameOfBeginning, unreadPicture } from '../io/beginnings.js';
import type { ByteReader } from '../io/byte-reader.js';
import { type IdxType, type IdxTypeName, idxTypes, typeOfCode } from './types.js';

export interface IdxHeader {
  readonly type: IdxType;
  /** One size a dimension, outermost first; at least one. */
  readonly shape: readonly number[];
}

/** Bytes of the values behind a header. */
export function payloadBytes(header: IdxHeader): number {
  return header.shape.reduce((product, size) => product * size, header.type.size);
}

/** The header's bytes: 4 + 4 × rank. Ranks are 1 to 255, sizes 0 to 2^32 − 1; others throw a RangeError. */
export function encodeHeader(type: IdxTypeName, shape: readonly number[]): Buffer {
  if (shape.length < 1 || shape.length > 255)
    throw new RangeError(`an IDX item of rank ${shape.length}; a rank from 1 to 255 was expected`);
  for (const size of shape)
    if (!Number.isInteger(size) || size < 0 || size > 0xffff_ffff)
      throw new RangeError(`an IDX size of ${size}; a whole number below 2^32 was expected`);
  const bytes = Buffer.alloc(4 + 4 * shape.length);
  bytes[2] = idxTypes[type].code;
  bytes[3] = shape.length;
  for (const [i, size] of shape.entries()) bytes.writeUInt32BE(size, 4 + 4 * i);
  return bytes;
}

/** Reads the header of the next item, telling empty, foreign, truncated and lying input apart. */
export async function readHeader(reader: ByteReader): Promise<IdxHeader> {
  const at = reader.offset;
  const magic = await reader.read(4);
  if (magic.length === 0 && at === 0)
    throw new OperationalError(reader.source, 'is empty; an IDX stream was expected');
  if (magic.length === 0)
    throw new OperationalError(
      reader.source,
      `ends at byte ${at}; another IDX item was expected there`,
    );
  const type = typeOfCode(magic[2] ?? 0);
  const foreign = magic[0] !== 0 || (magic.length > 1 && magic[1] !== 0);
  if (foreign || (magic.length > 2 && !type)) {
    const beginning = Buffer.concat([magic, reader.atHand(beginningBytes - 4)]);
    const picture = at === 0 ? unreadPicture(beginning) : undefined;
    throw new OperationalError(
      reader.source,
      picture
        ? `is ${picture}`
        : `not an IDX header at byte ${at}: found ${hex(magic)}; expected 00 00, a type (08, 09, 0b, 0c, 0d, 0e) and a rank${guess(beginning)}`,
    );
  }
  if (magic.length < 4 || !type) throw cutHeader(reader, at, 4, magic.length);
  const rank = magic[3]!;
  if (rank === 0)
    throw new OperationalError(
      reader.source,
      `the IDX header at byte ${at} has rank 0; at least one dimension was expected`,
    );
  const sizes = await reader.read(4 * rank);
  if (sizes.length < 4 * rank) throw cutHeader(reader, at, 4 + 4 * rank, 4 + sizes.length);
  const shape = Array.from({ length: rank }, (_, i) => sizes.readUInt32BE(4 * i));
  const header = { type, shape };
  if (!Number.isSafeInteger(payloadBytes(header)))
    throw new OperationalError(
      reader.source,
      `the IDX header at byte ${at} claims ${shape.join(' × ')} values; that is more than any stream can hold`,
    );
  return header;
}

function cutHeader(reader: ByteReader, at: number, wanted: number, got: number): OperationalError {
  return new OperationalError(
    reader.source,
    `cut short in the IDX header at byte ${at}: ${wanted} bytes were expected, ${got} are there`,
  );
}

/** Guesses the format of a foreign beginning, in words. */
function guess(bytes: Buffer): string {
  const known = nameOfBeginning(bytes);
  if (known) return ` (this looks like ${known})`;
  return /^[\t\r\n\x20-\x7e]+$/.test(bytes.toString('latin1', 0, 4))
    ? ' (this looks like text)'
    : '';
}

const hex = (bytes: Buffer) => [...bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ');
