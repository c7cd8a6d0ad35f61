/**
 * Content-Encoding of a request undone (RFC 9110, section 8.4): gzip, deflate, br and zstd, several in a row too. What
 * comes out is held to the limit that the body itself is held to, step by step: a bomb is put out when it passes it.
 */

import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate, inflateRaw, type ZlibOptions } from 'node:zlib';
import { RequestError } from '../request-error.js';
import { tooLarge, unsound } from './decoding-errors.js';
import { unzstd } from './zstd.js';

export interface DecodingLimits {
  /** Bytes that a step may give, at most. */
  readonly maxBody: number;
  /** Milliseconds that a step may take where it cannot be told beforehand. */
  readonly timeout: number;
}

type Decoder = (body: Buffer, limits: DecodingLimits) => Promise<Buffer>;

/** By name, in the order of the service's preference. */
const decoders: Readonly<Record<string, Decoder>> = {
  gzip: (body, { maxBody }) => gunzipped(body, maxBody),
  deflate: (body, { maxBody }) =>
    unpacked('deflate', isZlib(body) ? inflate : inflateRaw, body, maxBody),
  br: (body, { maxBody }) => unpacked('br', brotliDecompress, body, maxBody),
  zstd: (body, { maxBody, timeout }) => unzstd(body, maxBody, timeout),
};

/** Encodings of one body, at most: each costs a pass over all of it. */
const mostSteps = 3;

/** The body as it was before it was encoded. RequestError 400, 413 or 415 says what is wrong. */
export async function decodedBody(
  body: Buffer,
  contentEncoding: string,
  limits: DecodingLimits,
): Promise<Buffer> {
  let decoded = body;
  // The last that was applied is the first to be undone.
  for (const decoder of decodersOf(contentEncoding).reverse())
    decoded = await decoder(decoded, limits);
  return decoded;
}

function decodersOf(contentEncoding: string): Decoder[] {
  const known = Object.keys(decoders).join(', ');
  const names = contentEncoding
    .split(',')
    .map((name) =>
      name
        .trim()
        .toLowerCase()
        .replace(/^x-gzip$/, 'gzip'),
    )
    .filter((name) => name !== '' && name !== 'identity');
  const refuse = (what: string) =>
    new RequestError(415, `the Content-Encoding ${what}; ${known} was expected`, {
      'accept-encoding': known,
    });
  if (names.length > mostSteps)
    throw refuse(`names ${names.length} encodings, ${mostSteps} at most are undone`);
  return names.map((name) => {
    if (!Object.hasOwn(decoders, name)) throw refuse(`'${name.slice(0, 40)}' is not known`);
    return decoders[name]!;
  });
}

/**
 * `deflate` is the zlib format (RFC 1950), and the bare one (RFC 1951) from clients that mistake its name. They are told
 * apart by the header of zlib: bare, its first byte would be a stored block with bits set that encoders leave clear.
 */
function isZlib(body: Buffer): boolean {
  const [method = 0, flags = 0] = body;
  return (method & 0x8f) === 8 && ((method << 8) | flags) % 31 === 0;
}

/** Undoes gzip, up to the limit. */
export const gunzipped = (body: Buffer, most: number): Promise<Buffer> =>
  unpacked('gzip', gunzip, body, most);

type Unpack = (
  body: Buffer,
  options: ZlibOptions,
  done: (error: Error | null, result: Buffer) => void,
) => void;

async function unpacked(name: string, unpack: Unpack, body: Buffer, most: number): Promise<Buffer> {
  let used: number;
  let bytes: Buffer;
  try {
    const result = await promisify(unpack)(body, { maxOutputLength: most, info: true });
    // With `info`, which the types do not know, the result is the bytes and the engine that made them.
    const { buffer, engine } = result as unknown as {
      readonly buffer: Buffer;
      readonly engine: { readonly bytesWritten: number };
    };
    [bytes, used] = [buffer, engine.bytesWritten];
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(most, error);
    throw unsound(name, message, error);
  }
  // Padding with zeros is usual on tapes, and harmless.
  const rest = body.subarray(used);
  if (rest.some((byte) => byte !== 0)) throw unsound(name, `${rest.length} bytes follow its end`);
  return bytes;
}
