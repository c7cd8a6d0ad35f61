/** Telling the formats apart by how they begin. */

import { OperationalError } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';

export const inputFormats = ['idx', 'csv', 'ndjson', 'image', 'folder'] as const;
export type InputFormat = (typeof inputFormats)[number];

const pictures: readonly { readonly begins: string; readonly at?: number }[] = [
  { begins: '\x89PNG' },
  { begins: '\xff\xd8\xff' },
  { begins: 'GIF8' },
  { begins: 'II*\0' },
  { begins: 'MM\0*' },
  { begins: 'WEBP', at: 8 },
  { begins: 'ftypavif', at: 4 },
];

/** True if bytes begin as a picture file does. */
export function looksLikePicture(bytes: Uint8Array): boolean {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1');
  return pictures.some(({ begins, at = 0 }) => head.startsWith(begins, at));
}

/** The format of what a reader holds; a folder is told before there is a reader. */
export async function detectFormat(reader: ByteReader): Promise<Exclude<InputFormat, 'folder'>> {
  const head = (await reader.peek(64)).toString('latin1');
  if (head === '')
    throw new OperationalError(
      reader.source,
      'is empty; an IDX stream, CSV, NDJSON or an image was expected',
    );
  // What begins like IDX and is none is told apart by the reader of IDX, byte by byte.
  if (head.startsWith('\0\0') || head === '\0') return 'idx';
  if (pictures.some(({ begins, at = 0 }) => head.startsWith(begins, at))) return 'image';
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (text.startsWith('{')) return 'ndjson';
  if (/^[\w"'+.#-][\t\r\n -~\x80-\xff]*$/.test(text)) return 'csv';
  const found = [...Buffer.from(head.slice(0, 4), 'latin1')]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(' ');
  throw new OperationalError(
    reader.source,
    `begins with ${found}, which is neither an IDX stream nor CSV, NDJSON or an image (--input-format says which it is)`,
  );
}
