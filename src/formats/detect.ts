/** Telling the formats apart by how they begin. */

import { OperationalError } from '../core/errors.js';
import {
  beginningBytes,
  looksLikePicture,
  nameOfBeginning,
  unreadPicture,
} from '../io/beginnings.js';
import type { ByteReader } from '../io/byte-reader.js';

export const inputFormats = ['idx', 'csv', 'ndjson', 'image', 'folder'] as const;
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
  if (looksLikePicture(start)) return 'image';
  const unread = unreadPicture(start);
  if (unread) throw new OperationalError(source, `is ${unread}`);
  // What begins like IDX and is none is told apart by the reader of IDX, byte by byte.
  if (head.startsWith('\0\0') || head === '\0') return 'idx';
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  if (/^\{(?:[\s"}]|$)/.test(text)) return 'ndjson';
  const known = nameOfBeginning(await reader.peek(beginningBytes));
  const isCsv = known?.startsWith('CSV') ?? false;
  const isText = /^[\w"'+.,#-][\t\r\n -~\x80-\xff]*$/.test(text);
  if (isText && (known === undefined || isCsv)) return 'csv';
  const found = [...Buffer.from(head.slice(0, 4), 'latin1')]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join(' ');
  throw new OperationalError(
    source,
    known && !isCsv
      ? `is ${known}; an IDX stream, CSV, NDJSON or an image was expected`
      : `begins with ${found}, which is neither an IDX stream nor CSV, NDJSON or an image (--input-format says which it is)`,
  );
}
