/** Telling the formats apart by how they begin. */

import { OperationalError } from '../core/errors.js';
import {
  beginningBytes,
  dataFormatOf,
  dataFormats,
  looksLikePicture,
  nameOfBeginning,
  unreadPicture,
} from '../io/beginnings.js';
import type { ByteReader } from '../io/byte-reader.js';

export const inputFormats = ['idx', 'csv', 'ndjson', 'image', 'folder', ...dataFormats] as const;
export type InputFormat = (typeof inputFormats)[number];

/** The format of what a reader holds; a folder is told before there is a reader. */
export async function detectFormat(reader: ByteReader): Promise<Exclude<InputFormat, 'folder'>> {
  const { source } = reader;
  // No more than is needed: a slow writer's first line may be all there is for now.
  const start = await reader.peek(64);
  const head = start.toString('latin1');
  if (head === '')
    throw new OperationalError(
      source,
      'is empty; an IDX stream, CSV, NDJSON or an image was expected',
    );
  const early = dataFormatOf(start);
  if (early) return early;
  if (looksLikePicture(start)) return 'image';
  const unread = unreadPicture(start);
  if (unread) throw new OperationalError(source, `is ${unread}`);
  // What begins like IDX and is none is told apart by the reader of IDX, byte by byte.
  if (head.startsWith('\0\0') || head === '\0') return 'idx';
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^\{(?:[\s"}]|$)/.test(text)) return 'ndjson';
  const isCsv = /^[\w"'+.,#-][\t\r\n -~\x80-\xff]*$/.test(text);
  if (isCsv && /^(?:CSV|$)/.test(nameOfBeginning(start) ?? '')) return 'csv';
  // A tar archive says what it is behind its first header.
  const bytes = await reader.peek(beginningBytes);
  const late = dataFormatOf(bytes);
  if (late) return late;
  const known = nameOfBeginning(bytes);
  const found = [...start.subarray(0, 4)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(' ');
  throw new OperationalError(
    source,
    known && !known.startsWith('CSV')
      ? `is ${known}; a set of images was expected (--input-format says of which format)`
      : `begins with ${found}, which is neither an IDX stream nor CSV, NDJSON or an image (--input-format says which it is)`,
  );
}
