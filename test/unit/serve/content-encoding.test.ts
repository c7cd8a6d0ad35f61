/** Encoded bodies: each encoding, several in a row, what is not known, what is not sound, and bombs. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { xxh64 } from '../../../src/serve/intake/xxh64.js';
import { zstdFrames } from '../../../src/serve/intake/zstd-frames.js';
import { paths } from '../../support/paths.js';
import { bar, openService } from '../../support/service.js';

const test = suite('serve/content-encoding');
const most = 20_000;
const service = await openService({ maxBody: most, maxPixels: 10_000, timeout: 2000 });
const { app } = service;
const reference = JSON.parse(
  readFileSync(join(paths.root, 'test/references/zstd/reference.json'), 'utf8'),
);
const zstd = Buffer.from(reference.checksum, 'base64');
const json = Buffer.from(JSON.stringify({ pixels: bar(2) }));

async function send(
  payload: Buffer,
  encoding: string,
  type = 'application/json',
  url = '/predict',
) {
  const headers = {
    'content-type': type,
    'content-encoding': encoding,
    accept: 'application/json',
  };
  const answer = await app.inject({ method: 'POST', url, payload, headers });
  const { error, predictions } = answer.json();
  const classes = predictions?.map((p: { prediction: number }) => p.prediction);
  return { status: answer.statusCode, headers: answer.headers, error, classes };
}

/** A frame of Zstandard of one block that says how large it is; `type` 0 is raw, 1 one byte that is repeated. */
function frame(content: Buffer, size = content.length, type = 0): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32LE(size, 5);
  head.writeUIntLE((size << 3) | (type << 1) | 1, 9, 3);
  return Buffer.concat([head, content]);
}

test('each encoding, by whatever name and in whatever case', async () => {
  for (const [encoding, body] of [
    ['gzip', gzipSync(json)],
    ['x-gzip', gzipSync(json)],
    ['GZip', Buffer.concat([gzipSync(json.subarray(0, 9)), gzipSync(json.subarray(9))])],
    ['deflate', deflateSync(json)],
    ['deflate', deflateSync(json, { windowBits: 9, level: 0 })],
    ['deflate', deflateRawSync(json)],
    ['deflate', deflateRawSync(json, { level: 0 })],
    ['br', brotliCompressSync(json)],
    ['zstd', frame(json)],
    ['identity', json],
    ['', json],
    [', identity ,', json],
    ['deflate, gzip', gzipSync(deflateSync(json))],
    ['br,identity,zstd', frame(brotliCompressSync(json))],
  ] as const)
    assert.equal((await send(body, encoding)).classes, [2], encoding);
  const idx = gzipSync(
    Buffer.concat([
      Buffer.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 6, 0, 0, 0, 5]),
      Buffer.from(bar(1).flat()),
    ]),
  );
  const nested = await app.inject({
    method: 'POST',
    url: '/predict',
    payload: gzipSync(idx),
    headers: { 'content-encoding': 'gzip', accept: 'application/json' },
  });
  assert.is(nested.json().predictions[0].prediction, 1, 'a gzipped file, gzipped on its way');
});

test('every route', async () => {
  const tensor = { name: 'image', datatype: 'UINT8', shape: [1, 6, 5], data: [bar(3)] };
  for (const [url, body, status] of [
    ['/v2/models/bars/infer', { inputs: [tensor] }, 200],
    ['/v1/models/bars:predict', { instances: [bar(3)] }, 200],
    ['/v1/explain', { pixels: bar(3) }, 200],
    ['/v1/feedback', { id: 'none', label: 1 }, 404],
  ] as const) {
    const payload = deflateSync(JSON.stringify(body));
    const headers = { 'content-type': 'application/json', 'content-encoding': 'deflate' };
    const answer = await app.inject({ method: 'POST', url, payload, headers });
    assert.is(answer.statusCode, status, answer.body.slice(0, 200));
  }
});

test('zstd: frames of libzstd, several, skippable ones between', async () => {
  const many = Array(40).fill(2);
  for (const body of [zstd, Buffer.from(reference.stream, 'base64')])
    assert.equal((await send(body, 'zstd')).classes, many);
  const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  const parts = [skippable, frame(json.subarray(0, 20)), skippable, frame(json.subarray(20))];
  assert.equal((await send(Buffer.concat(parts), 'zstd')).classes, [2]);
  assert.equal(
    zstdFrames(zstd).map(({ start, end, contentSize }) => [start, end, contentSize]),
    [[0, zstd.length, reference.bytes]],
  );
  for (const [text, digest] of Object.entries(reference.xxh64))
    assert.is(xxh64(Buffer.from(text)).toString(16).padStart(16, '0'), digest);
});

test('an encoding that is not known is 415, and says which are', async () => {
  for (const [encoding, words] of [
    ['compress', "'compress' is not known"],
    ['gzip, aws-chunked', "'aws-chunked' is not known"],
    ['constructor', "'constructor' is not known"],
    ['gzip, gzip, gzip, gzip', 'names 4 encodings, 3 at most are undone'],
  ] as const) {
    const { status, error, headers } = await send(gzipSync(json), encoding);
    assert.equal(
      [status, headers['accept-encoding'], error],
      [
        415,
        'gzip, deflate, br, zstd',
        `the Content-Encoding ${words}; gzip, deflate, br, zstd was expected`,
      ],
    );
  }
});

test('what is not sound is 400', async () => {
  const damaged = Buffer.from(zstd);
  damaged[30]! ^= 1;
  const window = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0xa8, 1, 0, 0]);
  for (const [encoding, body, words] of [
    ['gzip', json, 'the body is gzip, but not sound (incorrect header check)'],
    [
      'gzip',
      gzipSync(json).subarray(0, -3),
      'the body is gzip, but not sound (unexpected end of file)',
    ],
    [
      'deflate',
      Buffer.concat([deflateSync(json), json]),
      `the body is deflate, but not sound (${json.length} bytes follow its end)`,
    ],
    [
      'br',
      Buffer.concat([brotliCompressSync(json), Buffer.from('x')]),
      'the body is br, but not sound (1 bytes follow its end)',
    ],
    ['zstd', json, 'the body is zstd, but not sound (no frame at byte 0)'],
    ['zstd', zstd.subarray(0, -1), 'the body is zstd, but not sound (cut short)'],
    [
      'zstd',
      Buffer.concat([zstd, json]),
      `the body is zstd, but not sound (something else at byte ${zstd.length})`,
    ],
    ['zstd', damaged, 'the body is zstd, but not sound (the checksum is wrong)'],
    [
      'zstd',
      window,
      'the body is zstd, but not sound (a window of 2147483648 bytes; 8388608 at most were expected)',
    ],
    [
      'zstd',
      frame(Buffer.from([7]), 100_000, 1),
      'the body is larger than 20000 bytes once decompressed',
    ],
  ] as const) {
    const { status, error } = await send(body, encoding);
    assert.equal([status, error], [words.includes('larger') ? 413 : 400, words], encoding);
  }
});

test('a bomb is put out at the limit, in whatever step', async () => {
  const zeros = Buffer.alloc(1e6);
  const tooLarge = `the body is larger than ${most} bytes once decompressed`;
  const raw = Buffer.concat([zstd.subarray(0, 0), Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38])]);
  const block = Buffer.from([
    (1 << 1) | ((100_000 << 3) & 0xff),
    (100_000 >> 5) & 0xff,
    100_000 >> 13,
    0,
  ]);
  const last = Buffer.from([3, 0, 0, 0]);
  for (const [encoding, body] of [
    ['gzip', gzipSync(zeros)],
    ['deflate', deflateSync(zeros)],
    ['deflate', deflateRawSync(zeros)],
    ['br', brotliCompressSync(zeros)],
    // Blocks of a byte that is repeated: 10 GB, said nowhere beforehand.
    ['zstd', Buffer.concat([raw, ...Array(4000).fill(block), last])],
    ['gzip, gzip', gzipSync(gzipSync(zeros))],
    ['gzip, br', brotliCompressSync(gzipSync(json.toString().padEnd(1e6)))],
  ] as const) {
    const { status, error } = await send(body, encoding);
    assert.equal([status, error], [413, tooLarge], encoding);
  }
});

test('a byte order mark in front of JSON is harmless', async () => {
  const mark = Buffer.from('\ufeff');
  const marked = Buffer.concat([mark, json]);
  for (const type of ['application/json', 'application/x-ndjson', 'text/plain'])
    assert.is((await send(marked, 'identity', type)).status, 200, type);
  assert.equal((await send(deflateSync(marked), 'deflate')).classes, [2]);
  const tensor = Buffer.concat([
    mark,
    Buffer.from(
      JSON.stringify({
        inputs: [
          {
            name: 'image',
            datatype: 'UINT8',
            shape: [1, 6, 5],
            parameters: { binary_data_size: 30 },
          },
        ],
      }),
    ),
  ]);
  const answer = await app.inject({
    method: 'POST',
    url: '/v2/models/bars/infer',
    payload: Buffer.concat([tensor, Buffer.from(bar(1).flat())]),
    headers: { 'inference-header-content-length': String(tensor.length) },
  });
  assert.is(answer.json().outputs?.[0].data[0], 1, answer.body);
  const feedback = Buffer.concat([mark, Buffer.from('{"id": "none", "label": 1}')]);
  assert.is((await send(feedback, 'identity', 'application/json', '/v1/feedback')).status, 404);
});

test.after(() => service.close());
test.run();
