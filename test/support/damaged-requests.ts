/** Requests of every kind that fmnist-serve takes, damaged at random: for the model of the fixtures, 6 × 5. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { encodeHeader } from '../../src/idx/header.js';
import { paths } from './paths.js';
import { bar } from './service.js';

export interface DamagedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

interface Sound {
  readonly path: string;
  readonly type: string;
  readonly body: Buffer;
  /** Bytes of JSON in front, of a request with binary tensors. */
  readonly jsonLength?: number;
  /** The body's Content-Encoding. */
  readonly encoding?: string;
}

const predict = '/predict';
const infer = '/v2/models/bars/infer';
const verb = '/v1/models/bars:predict';

async function soundRequests(): Promise<readonly Sound[]> {
  const pixels = Buffer.from(bar(1).flat());
  const picture = sharp(pixels, { raw: { width: 5, height: 6, channels: 1 } });
  const png = await picture.clone().png().toBuffer();
  const idx = Buffer.concat([encodeHeader('u8', [1, 6, 5]), pixels]);
  const json = (value: unknown) => Buffer.from(JSON.stringify(value));
  const form = (content: Buffer) =>
    Buffer.concat([
      Buffer.from('--b\r\ncontent-disposition: form-data; name="a"; filename="x"\r\n\r\n'),
      content,
      Buffer.from('\r\n--b--\r\n'),
    ]);
  const tensor = { name: 'image', datatype: 'UINT8', shape: [1, 6, 5] };
  const binary = (datatype: string, shape: readonly number[], bytes: Buffer): Sound => {
    const parameters = { binary_data_size: bytes.length };
    const head = json({
      inputs: [{ ...tensor, datatype, shape, parameters }],
      parameters: { binary_data_output: true },
    });
    const body = Buffer.concat([head, bytes]);
    return { path: infer, type: 'application/octet-stream', body, jsonLength: head.length };
  };
  const pixelsJson = json({ pixels: bar(2) });
  const reference = join(paths.root, 'test/references/zstd/reference.json');
  const zstd = Buffer.from(JSON.parse(readFileSync(reference, 'utf8')).checksum, 'base64');
  const length = Buffer.alloc(4);
  length.writeUInt32LE(png.length);
  return [
    {
      path: predict,
      type: 'application/json',
      body: json({ images: [bar(0), { pixels: bar(1).flat() }] }),
    },
    {
      path: predict,
      type: 'application/json',
      body: json({ image: png.toString('base64'), label: 3 }),
    },
    {
      path: predict,
      type: 'application/x-ndjson',
      body: Buffer.from(`${json({ pixels: bar(2) })}\n`.repeat(3)),
    },
    { path: predict, type: 'image/png', body: png },
    { path: predict, type: 'image/jpeg', body: await picture.clone().jpeg().toBuffer() },
    { path: predict, type: 'image/webp', body: await picture.clone().webp().toBuffer() },
    { path: predict, type: 'application/octet-stream', body: idx },
    { path: predict, type: 'multipart/form-data; boundary=b', body: form(png) },
    { path: predict, type: 'multipart/form-data; boundary=b', body: form(idx) },
    { path: '/v1/explain', type: 'image/png', body: png },
    { path: '/v1/feedback', type: 'application/json', body: json({ id: 'a', index: 0, label: 1 }) },
    {
      path: infer,
      type: 'application/json',
      body: json({ inputs: [{ ...tensor, data: [bar(1)] }], outputs: [{ name: 'class' }] }),
    },
    binary('UINT8', [1, 6, 5], pixels),
    binary('FP32', [1, 6, 5], Buffer.from(Float32Array.from(pixels).buffer)),
    binary('BYTES', [1], Buffer.concat([length, png])),
    { path: verb, type: 'application/json', body: json({ instances: [bar(1)] }) },
    { path: verb, type: 'application/json', body: json({ inputs: { image: [bar(1)] } }) },
    ...[
      ['gzip', gzipSync(pixelsJson)] as const,
      ['deflate', deflateSync(pixelsJson)] as const,
      ['deflate', deflateRawSync(pixelsJson)] as const,
      ['br', brotliCompressSync(pixelsJson)] as const,
      ['zstd', zstd] as const,
    ].map(([encoding, body]) => ({ path: predict, type: 'application/x-ndjson', body, encoding })),
  ];
}

/** Evenly from 0 to 1; most of fc.double's numbers are close to 0. */
const unit = fc.nat(1e6).map((n) => n / 1e6);

/** Stands for lists in lists in lists, which JSON.stringify could not write. */
const nested = '@nested';
const depth = 60_000;

/** JSON with one value in it, somewhere, exchanged for another. */
function exchanged(body: Buffer, share: number, value: unknown): Buffer {
  const root: unknown[] = [JSON.parse(String(body))];
  const places: { readonly holder: Record<string, unknown>; readonly key: string }[] = [];
  const walk = (holder: Record<string, unknown>) => {
    // The first pixels stand for all.
    for (const [key, inner] of Object.entries(holder).slice(0, 8)) {
      places.push({ holder, key });
      if (typeof inner === 'object' && inner !== null) walk(inner as Record<string, unknown>);
    }
  };
  walk(root as unknown as Record<string, unknown>);
  const at = Math.min(places.length - 1, Math.floor(share * places.length));
  const { holder, key } = places[at]!;
  holder[key] = value;
  const text = JSON.stringify(root[0]);
  return Buffer.from(text.replace(`"${nested}"`, '['.repeat(depth) + ']'.repeat(depth)));
}

/** JSON with an odd value in it, or bytes changed, cut and appended to, under the right type or another, in the right place or another. */
export async function damagedRequests(): Promise<fc.Arbitrary<DamagedRequest>> {
  const sound = await soundRequests();
  const types = [
    ...sound.map(({ type }) => type),
    '',
    'text/plain',
    'application/x-www-form-urlencoded',
  ];
  return fc
    .record({
      from: fc.constantFrom(...sound),
      type: fc.constantFrom(...types),
      path: fc.constantFrom(...sound.map(({ path }) => path)),
      keepType: fc.boolean(),
      keepPath: unit.map((share) => share < 0.8),
      edits: fc.array(fc.tuple(unit, fc.nat(255)), { maxLength: 4 }),
      cut: unit,
      tail: fc.uint8Array({ maxLength: 20 }),
      exchange: fc.option(
        fc.tuple(
          fc.constantFrom(...sound.filter(({ type: media }) => media === 'application/json')),
          unit,
          fc.oneof(fc.jsonValue(), fc.constant(nested)),
        ),
        { freq: 2 },
      ),
      claimed: fc.option(fc.oneof(fc.nat(400).map(String), fc.constantFrom('', '-1', '1e9', 'x')), {
        freq: 4,
      }),
    })
    .map(({ from, type, path, keepType, keepPath, edits, cut, tail, exchange, claimed }) => {
      if (exchange) {
        const [{ path: own, type: media, body }, share, value] = exchange;
        return {
          path: own,
          headers: { 'content-type': media },
          body: exchanged(body, share, value),
        };
      }
      const bytes = Buffer.from(from.body);
      for (const [at, value] of edits) bytes[Math.floor(at * (bytes.length - 1))] = value;
      const end = cut > 0.5 ? bytes.length : Math.floor(2 * cut * bytes.length);
      const media = keepType ? from.type : type;
      const length =
        claimed ?? (from.jsonLength === undefined ? undefined : String(from.jsonLength));
      return {
        path: keepPath ? from.path : path,
        headers: {
          ...(media === '' ? {} : { 'content-type': media }),
          ...(from.encoding === undefined ? {} : { 'content-encoding': from.encoding }),
          ...(length === undefined ? {} : { 'inference-header-content-length': length }),
        },
        body: Buffer.concat([bytes.subarray(0, end), tail]),
      };
    });
}
