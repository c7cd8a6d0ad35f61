/** Malformed requests by the thousand: each answered with a 4xx, none with a 5xx, and the service goes on. */

import fc from 'fast-check';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeHeader } from '../../../src/idx/header.js';
import { bar, openService } from '../../support/service.js';

const test = suite('serve/fuzz');
const service = await openService({ maxBody: 200_000, maxPixels: 100_000, queue: 100_000 });
const { app } = service;

const pixels = Buffer.from(bar(1).flat());
const raw = { width: 5, height: 6, channels: 1 } as const;
const picture = sharp(pixels, { raw });
const form = (content: Buffer) =>
  Buffer.concat([
    Buffer.from('--b\r\ncontent-disposition: form-data; name="a"; filename="x"\r\n\r\n'),
    content,
    Buffer.from('\r\n--b--\r\n'),
  ]);
const png = await picture.clone().png().toBuffer();
/** Sound bodies, to be damaged. */
const sound: readonly (readonly [type: string, body: Buffer])[] = [
  [
    'application/json',
    Buffer.from(JSON.stringify({ images: [bar(0), { pixels: bar(1).flat() }] })),
  ],
  ['application/json', Buffer.from(JSON.stringify({ image: png.toString('base64'), label: 3 }))],
  ['application/x-ndjson', Buffer.from(`${JSON.stringify({ pixels: bar(2) })}\n`.repeat(3))],
  ['image/png', png],
  ['image/jpeg', await picture.clone().jpeg().toBuffer()],
  ['image/webp', await picture.clone().webp().toBuffer()],
  ['application/octet-stream', Buffer.concat([encodeHeader('u8', [1, 6, 5]), pixels])],
  ['multipart/form-data; boundary=b', form(png)],
  ['multipart/form-data; boundary=b', form(Buffer.concat([encodeHeader('u8', [1, 6, 5]), pixels]))],
];

const damaged = fc
  .tuple(
    fc.constantFrom(...sound),
    fc.constantFrom(
      ...sound.map(([type]) => type),
      '',
      'text/plain',
      'application/x-www-form-urlencoded',
    ),
    fc.boolean(),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), { maxLength: 4 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.uint8Array({ maxLength: 20 }),
  )
  .map(([[type, body], other, keepType, edits, cut, tail]) => {
    const bytes = Buffer.from(body);
    for (const [at, value] of edits) bytes[Math.floor(at * (bytes.length - 1))] = value;
    const end = cut > 0.5 ? bytes.length : Math.floor(2 * cut * bytes.length);
    return { type: keepType ? type : other, body: Buffer.concat([bytes.subarray(0, end), tail]) };
  });

test('no damage to a body is a 5xx', async () => {
  const seen: Record<number, number> = {};
  await fc.assert(
    fc.asyncProperty(damaged, async ({ type, body: payload }) => {
      const headers = type === '' ? {} : { 'content-type': type };
      const answer = await app.inject({ method: 'POST', url: '/predict', payload, headers });
      seen[answer.statusCode] = (seen[answer.statusCode] ?? 0) + 1;
      assert.ok(answer.statusCode < 500, answer.body);
      if (answer.statusCode === 200) return;
      assert.equal(Object.keys(JSON.parse(answer.body)), ['error']);
      assert.not.match(answer.body, /\bat \S+:\d+|node_modules|dist\//, 'nothing from inside');
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 1000) },
  );
  assert.ok((seen[400] ?? 0) > 100, JSON.stringify(seen));
  process.stdout.write(`\nFIGURE: statuses of damaged requests: ${JSON.stringify(seen)}\n`);
  const { statusCode } = await app.inject({
    method: 'POST',
    url: '/predict',
    payload: JSON.stringify({ pixels: bar(1) }),
  });
  assert.is(statusCode, 200);
});

test.after(() => service.close());
test.run();
