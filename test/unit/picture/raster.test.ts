/** PNG files, contact sheets, and letters without fonts: decoded, and looked at pixel by pixel. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contactSheet } from '../../../src/picture/contact-sheet.js';
import { fitWidth, resize, toByte } from '../../../src/picture/grey-image.js';
import { encodeGreyPng } from '../../../src/picture/png.js';
import { svgToPng } from '../../../src/picture/raster.js';
import { glyphOf, hasGlyph } from '../../../src/picture/stroke-font.js';
import { hasStrokes, strokeText } from '../../../src/picture/stroked-text.js';
import { svgDocument, text } from '../../../src/picture/svg.js';

const test = suite('picture: raster');
const image = { rows: 2, columns: 3, pixels: Uint8Array.of(0, 50, 100, 150, 200, 255) };

test('a grey PNG decodes to its pixels', async () => {
  const dimension = fc.integer({ min: 1, max: 40 });
  await fc.assert(
    fc.asyncProperty(
      dimension,
      dimension,
      fc.infiniteStream(fc.nat(255)),
      async (rows, columns, values) => {
        const pixels = Uint8Array.from(
          { length: rows * columns },
          () => values.next().value as number,
        );
        const decoded = await sharp(encodeGreyPng({ rows, columns, pixels }))
          .greyscale()
          .raw()
          .toBuffer({ resolveWithObject: true });
        assert.equal(
          [decoded.info.width, decoded.info.height, decoded.info.channels],
          [columns, rows, 1],
        );
        assert.ok(decoded.data.equals(Buffer.from(pixels)));
      },
    ),
    { numRuns: 25 },
  );
});

test('values are rounded and clipped to bytes', () => {
  assert.equal([-5, 0.4, 0.5, 254.6, 300, Number.NaN].map(toByte), [0, 0, 1, 255, 255, 0]);
});

test('resizing keeps the mean, and blocks of pixels', () => {
  const sides = fc.integer({ min: 1, max: 12 });
  fc.assert(
    fc.property(
      sides,
      sides,
      sides,
      sides,
      fc.infiniteStream(fc.nat(255)),
      (rows, columns, r, c, values) => {
        const pixels = Array.from({ length: rows * columns }, () => values.next().value as number);
        const small = resize({ rows, columns, pixels }, r, c);
        const mean = (list: ArrayLike<number>) =>
          Array.from(list).reduce((a, b) => a + b, 0) / list.length;
        assert.ok(Math.abs(mean(small.pixels) - mean(pixels)) < 1e-6);
      },
    ),
  );
  const halved = resize({ rows: 2, columns: 4, pixels: [0, 10, 100, 200, 20, 30, 0, 100] }, 1, 2);
  assert.equal([...(halved.pixels as Float64Array)], [15, 100]);
  assert.is(fitWidth(image, 10), image);
});

test('a contact sheet: every pixel a square, mistakes framed', async () => {
  const svg = contactSheet({
    title: 'Sheet',
    description: 'd',
    zoom: 5,
    columns: 2,
    tiles: [
      { image, captions: [{ text: 'one' }] },
      { image, captions: [{ text: 'two' }], wrong: true },
      {
        image: { ...image, pixels: Uint8Array.from(image.pixels, (v) => 255 - v) },
        captions: [{ text: 'three' }],
      },
    ],
  });
  const places = [...svg.matchAll(/<image x="([\d.]+)" y="([\d.]+)" width="15" height="10"/g)].map(
    (m) => [Number(m[1]), Number(m[2])],
  ) as [number, number][];
  assert.is(places.length, 3);
  assert.is(places[0]?.[1], places[1]?.[1]);
  assert.is(places[0]?.[0], places[2]?.[0]);
  const { data, info } = await sharp(await svgToPng(svg))
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixel = (x: number, y: number) => {
    const at = (y * info.width + x) * info.channels;
    return [...data.subarray(at, at + 3)];
  };
  for (const [k, [x, y]] of places.entries()) {
    for (let r = 0; r < 20; r++) {
      for (let c = 0; c < 30; c++) {
        const raw = image.pixels[Math.floor(r / 10) * 3 + Math.floor(c / 10)]!;
        const value = k === 2 ? 255 - raw : raw;
        assert.equal(
          pixel(x * 2 + c, y * 2 + r),
          [value, value, value],
          `tile ${k}, pixel ${c},${r}`,
        );
      }
    }
  }
  const [x, y] = places[1]!;
  assert.equal(pixel(x * 2 + 15, y * 2 - 6), [0xd1, 0x56, 0x0a], 'the frame is orange');
  const [u, v] = places[0]!;
  assert.equal(pixel(u * 2 + 15, v * 2 - 6), [255, 255, 255], 'nothing frames what is right');
});

test('an empty sheet is a sheet', async () => {
  const { width = 0 } = await sharp(
    await svgToPng(contactSheet({ title: 'None', description: 'd', tiles: [] })),
  ).metadata();
  assert.ok(width > 20);
});

test('our alphabet has every printable ASCII character and what pictures use beside', () => {
  const missing = Array.from({ length: 94 }, (_, i) => String.fromCharCode(33 + i)).filter(
    (c) => !hasGlyph(c),
  );
  assert.equal(missing, []);
  for (const c of '·–…×→✓') assert.ok(hasGlyph(c), c);
  assert.is(glyphOf('é').path, glyphOf('e').path);
  assert.not(hasGlyph('靴'));
  for (let i = 33; i < 127; i++)
    assert.match(glyphOf(String.fromCharCode(i)).path, /^M[-\d. MLHVCSZhAa]+$/);
});

test('stroked text: no text element is left, and ends and middles stand where they are anchored', async () => {
  const draw = (anchor: string) =>
    svgDocument({
      title: ' ',
      description: 'd',
      width: 200,
      height: 80,
      body: text(100, 70, 'H&amp;H', { class: anchor }),
    });
  assert.ok(hasStrokes(draw('end')));
  assert.not(hasStrokes(draw('end').replace('H&amp;', '靴')));
  assert.not.match(strokeText(draw('mid')), /<text/);
  const columnsOf = async (anchor: string) => {
    const { data, info } = await sharp(await svgToPng(draw(anchor), { scale: 1 }))
      .greyscale()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const dark = [...data.keys()].filter((i) => data[i]! < 128).map((i) => i % info.width);
    return [Math.min(...dark), Math.max(...dark)] as const;
  };
  const [start] = await columnsOf('small');
  const [, end] = await columnsOf('small end');
  const [left, right] = await columnsOf('small mid');
  assert.ok(start >= 100 && start <= 102, `start at ${start}`);
  assert.ok(end <= 100 && end >= 97, `end at ${end}`);
  assert.ok(Math.abs((left + right) / 2 - 100) <= 1, `middle at ${(left + right) / 2}`);
});

test('a PNG is the same with and without fonts', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
  try {
    writeFileSync(join(folder, 'none.conf'), '<fontconfig></fontconfig>');
    const modules = new URL('../../../src/picture/', import.meta.url).href;
    const script = `
      const { svgToPng } = await import('${modules}raster.js');
      const { matrixSvg } = await import('${modules}matrix-svg.js');
      process.stdout.write(await svgToPng(matrixSvg({ names: ['a', 'b'], counts: [3, 1, 0, 4] })));`;
    const drawn = [{}, { FONTCONFIG_FILE: join(folder, 'none.conf') }].map((env) => {
      const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        env: { ...process.env, ...env },
        maxBuffer: 1 << 24,
      });
      assert.is(child.status, 0, String(child.stderr));
      return child.stdout;
    });
    assert.ok((drawn[0] as Buffer).length > 1000);
    assert.ok((drawn[0] as Buffer).equals(drawn[1] as Buffer));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
