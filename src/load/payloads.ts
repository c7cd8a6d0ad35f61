/** Requests made of images, whole and ready to be sent: building them while the clock runs would be timed too. */

import { encodeHeader } from '../idx/header.js';
import { encodeGreyPng } from '../picture/png.js';

export const payloadKinds = ['png', 'form', 'json', 'idx'] as const;
export type PayloadKind = (typeof payloadKinds)[number];

/** Images to ask about, in memory. */
export interface ImagePool {
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  /** [count, rows, columns] raw bytes. */
  readonly pixels: Uint8Array;
  /** [count] label values; undefined without labels. */
  readonly labels: Uint8Array | undefined;
}

export interface Payload {
  readonly kind: PayloadKind;
  /** [bytes] of head and body, as they go over the wire. */
  readonly bytes: Buffer;
  readonly images: number;
  /** [images] label values that a correct response has, where the images are labelled. */
  readonly labels: Uint8Array | undefined;
}

export interface PayloadOptions {
  readonly kind: PayloadKind;
  /** Images a request. */
  readonly batch: number;
  readonly url: URL;
  /** Bearer token. */
  readonly token?: string | undefined;
}

/** As many payloads as the pool has images for, and at least one: its images are taken in turn, the first again after the last. */
export function makePayloads(pool: ImagePool, options: PayloadOptions): Payload[] {
  const { batch, kind } = options;
  const count = Math.max(1, Math.floor(pool.count / batch));
  return Array.from({ length: count }, (_, i) => {
    const chosen = Array.from({ length: batch }, (_, j) => (i * batch + j) % pool.count);
    const { type, body } = bodies[kind](pool, chosen);
    return {
      kind,
      bytes: Buffer.concat([head(options, type, body.length), body]),
      images: batch,
      labels: pool.labels && Uint8Array.from(chosen, (k) => pool.labels![k] ?? 0),
    };
  });
}

interface Body {
  readonly type: string;
  readonly body: Buffer;
}

const boundary = 'fmnist-load-boundary';

const bodies: Readonly<Record<PayloadKind, (pool: ImagePool, chosen: number[]) => Body>> = {
  png: (pool, [first = 0]) => ({ type: 'image/png', body: png(pool, first) }),
  form: (pool, chosen) => ({
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([
      ...chosen.flatMap((k) => [
        Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${k}.png"\r\nContent-Type: image/png\r\n\r\n`,
        ),
        png(pool, k),
        Buffer.from('\r\n'),
      ]),
      Buffer.from(`--${boundary}--\r\n`),
    ]),
  }),
  json: (pool, chosen) => {
    const { rows, columns } = pool;
    const images = chosen.map((k) => ({ rows, columns, pixels: Array.from(imageOf(pool, k)) }));
    const value = images.length === 1 ? images[0] : { images };
    return { type: 'application/json', body: Buffer.from(JSON.stringify(value)) };
  },
  idx: (pool, chosen) => ({
    type: 'application/octet-stream',
    body: Buffer.concat([
      encodeHeader('u8', [chosen.length, pool.rows, pool.columns]),
      ...chosen.map((k) => imageOf(pool, k)),
    ]),
  }),
};

function imageOf({ rows, columns, pixels }: ImagePool, k: number): Uint8Array {
  return pixels.subarray(k * rows * columns, (k + 1) * rows * columns);
}

function png(pool: ImagePool, k: number): Buffer {
  return encodeGreyPng({ rows: pool.rows, columns: pool.columns, pixels: imageOf(pool, k) });
}

function head({ url, token }: PayloadOptions, type: string, length: number): Buffer {
  const lines = [
    `POST ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'User-Agent: fmnist-load',
    'Accept: application/json',
    ...(token === undefined ? [] : [`Authorization: Bearer ${token}`]),
    `Content-Type: ${type}`,
    `Content-Length: ${length}`,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}
