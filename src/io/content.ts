/** Detection of a stream's format by its first bytes. */

import type { ByteReader } from './byte-reader.js';

export type ContentKind = 'idx' | 'ndjson' | 'onnx' | 'empty' | 'unknown';

/** Two zero bytes and the code of a type, as far as they are there. */
const beginsIdx = ([, second = 0, type = 8]: Buffer) =>
  second === 0 && [0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e].includes(type);

/**
 * IDX items begin with two zero bytes, records with an opening brace, ONNX models with the field of their format's
 * version (protobuf field 1, a varint: byte 0x08). Takes nothing from the reader.
 */
export async function contentKind(reader: ByteReader): Promise<ContentKind> {
  const bytes = await reader.peek(16);
  if (bytes.length === 0) return 'empty';
  if (bytes[0] === 0) return beginsIdx(bytes) ? 'idx' : 'unknown';
  if (bytes[0] === 0x08) return 'onnx';
  return /^\s*\{/.test(bytes.toString('latin1')) ? 'ndjson' : 'unknown';
}
