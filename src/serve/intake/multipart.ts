/**
 * multipart/form-data (RFC 7578) in a body that is already here, and bounded: found by its boundaries, without a
 * parser's state, so that nothing can be left waiting for an end that does not come.
 */

import { RequestError } from '../request-error.js';

export interface FormPart {
  readonly name: string;
  readonly fileName: string | undefined;
  readonly type: string | undefined;
  /** [bytes]; shares the body's memory. */
  readonly content: Buffer;
}

/** Parts of a form, at most; an image is one. */
const mostParts = 10_000;
/** Bytes of a part's header. */
const mostHeader = 8192;

/** The parts in order; RequestError 400 where the body is not what its type says. */
export function readForm(body: Buffer, contentType: string): FormPart[] {
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))/i.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (!boundary) throw new RequestError(400, 'multipart without a boundary');
  const delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1');
  const parts: FormPart[] = [];
  // The first delimiter may open the body, without the line end that belongs to it.
  const opens = body.subarray(0, delimiter.length - 2).equals(delimiter.subarray(2));
  let at = opens ? -2 : body.indexOf(delimiter);
  if (!opens && at < 0) throw new RequestError(400, 'multipart whose boundary does not occur');
  for (;;) {
    at += delimiter.length;
    if (body[at] === 0x2d && body[at + 1] === 0x2d) return parts;
    const start = body.indexOf('\r\n', at);
    const next = start < 0 ? -1 : body.indexOf(delimiter, start);
    if (next < 0)
      throw new RequestError(400, 'multipart is cut short: its last boundary is missing');
    if (parts.length === mostParts)
      throw new RequestError(413, `multipart of more than ${mostParts} parts`);
    parts.push(readPart(body.subarray(start, next)));
    at = next;
  }
}

/** `\r\n`, header lines, an empty line, the content. */
function readPart(bytes: Buffer): FormPart {
  const end = bytes.subarray(0, mostHeader).indexOf('\r\n\r\n');
  if (end < 0) throw new RequestError(400, 'multipart: a part has no end of its header');
  const header = bytes.toString('utf8', 0, end);
  const disposition = /^content-disposition:(.*)$/im.exec(header)?.[1] ?? '';
  const parameter = (name: string) => {
    const found = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'i').exec(
      disposition,
    );
    return found?.[1] ?? found?.[2];
  };
  return {
    name: parameter('name') ?? '',
    fileName: parameter('filename'),
    type: /^content-type:([^\r\n]*)/im.exec(header)?.[1]?.trim(),
    content: bytes.subarray(end + 4),
  };
}
