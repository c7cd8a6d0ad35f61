/** Our decoder of plain grey PNG against libpng, by way of sharp. */

import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeGreyPng } from '../../../src/formats/grey-png.js';
import { encodeGreyPng } from '../../../src/picture/png.js';

const test = suite('convert: grey PNG');

const anyImage = fc
  .record({ rows: fc.integer({ min: 1, max: 30 }), columns: fc.integer({ min: 1, max: 30 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      pixels: fc
        .uint8Array({ minLength: rows * columns, maxLength: rows * columns })
        .map((bytes) => Buffer.from(bytes)),
    }),
  );

function grey({ rows, columns, pixels }: { rows: number; columns: number; pixels: Buffer }) {
  return sharp(pixels, { raw: { width: columns, height: rows, channels: 1 } }).toColourspace('b-w');
}

test('what libpng wrote, filtered or not, is decoded to the byte', async () => {
  await fc.assert(
    fc.asyncProperty(anyImage, fc.boolean(), async (image, adaptiveFiltering) => {
      const png = await grey(image).png({ adaptiveFiltering, palette: false }).toBuffer();
      assert.equal(decodeGreyPng(png), { ...image });
    }),
    { numRuns: 60 },
  );
});

test('colours that are grey and opaque are grey; others are left to a library', async () => {
  await fc.assert(
    fc.asyncProperty(
      anyImage,
      fc.constantFrom('rgb', 'rgba', 'odd', 'clear'),
      async (image, kind) => {
        const { rows, columns, pixels } = image;
        const channels = kind === 'rgb' || kind === 'odd' ? 3 : 4;
        const samples = Buffer.alloc(channels * pixels.length, 255);
        for (const [i, value] of pixels.entries())
          samples.fill(value, i * channels, i * channels + 3);
        const last = samples.length - 1;
        if (kind === 'odd') samples[last] = samples[last]! ^ 1;
        if (kind === 'clear') samples[last] = 254;
        const raw = { width: columns, height: rows, channels } as const;
        const png = await sharp(samples, { raw }).png({ adaptiveFiltering: true }).toBuffer();
        const grey = kind === 'rgb' || kind === 'rgba';
        assert.equal(decodeGreyPng(png), grey ? { ...image } : undefined);
      },
    ),
    { numRuns: 60 },
  );
});

test('what we wrote is decoded to the byte', () => {
  fc.assert(
    fc.property(anyImage, (image) => {
      assert.equal(decodeGreyPng(encodeGreyPng(image)), { ...image });
    }),
  );
});

/** A PNG of 2 × 2 pixels with the given scan lines, and a chunk more where one is named. */
function png(lines: readonly number[], { depth = 8, interlace = 0, chunk = '' } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(2, 0);
  header.writeUInt32BE(2, 4);
  header[8] = depth;
  header[12] = interlace;
  const body = deflateSync(Buffer.from(lines));
  const chunks: [string, Buffer][] = [
    ['IHDR', header],
    ['IDAT', body],
    ['IEND', Buffer.alloc(0)],
  ];
  if (chunk) chunks.splice(1, 0, [chunk, Buffer.from([0, 7])]);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    ...chunks.map(([type, data]) => {
      const rest = Buffer.concat([Buffer.from(type, 'latin1'), data]);
      const ends = Buffer.alloc(8);
      ends.writeUInt32BE(data.length, 0);
      ends.writeUInt32BE(crc32(rest), 4);
      return Buffer.concat([ends.subarray(0, 4), rest, ends.subarray(4)]);
    }),
  ]);
}

test('each filter, as the specification has it', () => {
  const first = [0, 10, 30];
  // Below 10 and 30: differences from the left, above, their mean, and Paeth's choice.
  for (const [filter, line, wanted] of [
    [0, [50, 60], [50, 60]],
    [1, [50, 10], [50, 60]],
    [2, [40, 30], [50, 60]],
    [3, [45, 20], [50, 60]],
    [4, [40, 10], [50, 60]],
    [1, [250, 10], [250, 4]],
  ] as const)
    assert.equal(
      [...(decodeGreyPng(png([...first, filter, ...line]))?.pixels ?? [])],
      [10, 30, ...wanted],
    );
});

test('everything else is left to the library', () => {
  const lines = [0, 1, 2, 0, 3, 4];
  assert.equal([...(decodeGreyPng(png(lines, { chunk: 'tEXt' }))?.pixels ?? [])], [1, 2, 3, 4]);
  const sound = png(lines);
  const damaged = Buffer.from(sound);
  damaged[45] = damaged[45]! ^ 1;
  for (const bytes of [
    png(lines, { chunk: 'tRNS' }),
    png(lines, { chunk: 'eXIf' }),
    png(lines, { chunk: 'iCCP' }),
    png(lines, { depth: 16 }),
    png(lines, { interlace: 1 }),
    png([5, 1, 2, 0, 3, 4]),
    png([...lines, 0]),
    png(lines.slice(1)),
    damaged,
    sound.subarray(0, -1),
    sound.subarray(0, 30),
    Buffer.from('GIF89a'),
  ])
    assert.is(decodeGreyPng(bytes), undefined);
});

test.run();
