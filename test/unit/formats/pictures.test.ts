/** Picture files and folders of them: grey to the byte, everything else as the page says. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { listFolder } from '../../../src/formats/folder-listing.js';
import { FolderWriter } from '../../../src/formats/folder-writer.js';
import { pictureDecoder } from '../../../src/formats/picture-decoder.js';
import { loadPictureEncoder } from '../../../src/formats/picture-encoder.js';
import { openFolder } from '../../../src/formats/picture-reader.js';
import { NewFolder } from '../../../src/io/new-folder.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('convert: pictures');
let folder = '';
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

const ramp = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
const raw = (bytes: Uint8Array | Uint16Array, channels: 1 | 2 | 3 | 4, width: number) =>
  sharp(bytes, { raw: { width, height: bytes.length / channels / width, channels } });
const black = { background: 0 };

test('grey PNG files come back to the byte, ours and those of others', async () => {
  const decode = pictureDecoder(black);
  const { encode } = await loadPictureEncoder('png');
  const ours = await encode({ rows: 8, columns: 32, pixels: ramp });
  assert.equal(await decode(ours, 'x'), { rows: 8, columns: 32, pixels: ramp });
  const theirs = await raw(ramp, 1, 32).toColourspace('b-w').png().toBuffer();
  assert.equal((await decode(theirs, 'x')).pixels, ramp);
  const asColour = await raw(Buffer.from([...ramp].flatMap((v) => [v, v, v])), 3, 32)
    .png()
    .toBuffer();
  assert.equal((await decode(asColour, 'x')).pixels, ramp);
  const interlaced = await raw(ramp, 1, 32)
    .toColourspace('b-w')
    .png({ progressive: true })
    .toBuffer();
  assert.equal((await decode(interlaced, 'x')).pixels, ramp);
});

test('JPEG comes back nearly', async () => {
  const decode = pictureDecoder(black);
  const { encode, extension } = await loadPictureEncoder('jpeg');
  assert.is(extension, '.jpg');
  const smooth = Buffer.from(Array.from({ length: 256 }, (_, i) => 100 + (i % 16)));
  const { rows, columns, pixels } = await decode(
    await encode({ rows: 16, columns: 16, pixels: smooth }),
    'x',
  );
  assert.equal([rows, columns], [16, 16]);
  for (const [i, value] of pixels.entries()) assert.ok(Math.abs(value - smooth[i]!) <= 3);
});

test('colour becomes grey by luminance in linear light', async () => {
  const decode = pictureDecoder(black);
  const colours = Buffer.from([255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255]);
  const { pixels } = await decode(await raw(colours, 3, 4).png().toBuffer(), 'x');
  // The sRGB curve of 0.2126, 0.7152, 0.0722 and 1.
  for (const [i, wanted] of [127, 220, 76, 255].entries())
    assert.ok(Math.abs(pixels[i]! - wanted) <= 1, `${[...pixels]}`);
});

test('sixteen bits become eight', async () => {
  const decode = pictureDecoder(black);
  const deep = Uint16Array.of(0, 257, 32768, 65535);
  const png = await raw(deep, 1, 4).toColourspace('grey16').png().toBuffer();
  assert.equal([...(await decode(png, 'x')).pixels], [0, 1, 128, 255]);
});

test('transparent places become background', async () => {
  const png = await raw(Buffer.from([200, 0, 200, 255]), 2, 2)
    .png()
    .toBuffer();
  assert.equal([...(await pictureDecoder(black)(png, 'x')).pixels], [0, 200]);
  const onWhite = pictureDecoder({ background: 255 });
  assert.equal([...(await onWhite(png, 'x')).pixels], [255, 200]);
});

test('EXIF turns a picture upright', async () => {
  const decode = pictureDecoder(black);
  const row = await raw(Buffer.from([0, 255]), 1, 2).toColourspace('b-w');
  const turned = await row.withMetadata({ orientation: 6 }).png().toBuffer();
  const { rows, columns, pixels } = await decode(turned, 'x');
  assert.equal([rows, columns, ...pixels], [2, 1, 0, 255]);
});

test('a size keeps proportions, and centres on the background', async () => {
  const decode = pictureDecoder({ size: { rows: 8, columns: 8 }, background: 9 });
  const wide = await raw(Buffer.alloc(32 * 16, 200), 1, 32)
    .toColourspace('b-w')
    .png()
    .toBuffer();
  const { rows, columns, pixels } = await decode(wide, 'x');
  assert.equal([rows, columns], [8, 8]);
  const line = (row: number) => [...pixels.subarray(row * 8, row * 8 + 8)];
  for (const row of [0, 1, 6, 7]) assert.equal(line(row), Array(8).fill(9));
  for (const row of [2, 3, 4, 5]) assert.equal(line(row), Array(8).fill(200));
});

test('damaged pictures are named', async () => {
  const decode = pictureDecoder(black);
  const png = await raw(ramp, 1, 16).png().toBuffer();
  assert.match(
    await troubleOf(() => decode(png.subarray(0, 60), 'x.png')),
    /^x\.png: is not a sound image \(.*expected$/,
  );
  assert.match(
    await troubleOf(() => decode(Buffer.from('hello'), 'y.png')),
    /^y\.png: is not a sound image/,
  );
});

/** A little-endian TIFF of grey samples. format: 1 whole, 2 signed, 3 float. */
function tiff(rows: number, columns: number, bits: number, format: number, data: Buffer): Buffer {
  const long = 4;
  const tags = [
    [256, columns],
    [257, rows],
    [258, bits],
    [259, 1],
    [262, 1],
    [273, 8],
    [277, 1],
    [278, rows],
    [279, data.length],
    [339, format],
  ] as const;
  const directory = Buffer.alloc(2 + 12 * tags.length + 4);
  directory.writeUInt16LE(tags.length);
  for (const [i, [tag, value]] of tags.entries()) {
    const at = 2 + 12 * i;
    directory.writeUInt16LE(tag, at);
    directory.writeUInt16LE(long, at + 2);
    directory.writeUInt32LE(1, at + 4);
    directory.writeUInt32LE(value, at + 8);
  }
  const head = Buffer.from('II*\0\0\0\0\0', 'latin1');
  head.writeUInt32LE(8 + data.length, 4);
  return Buffer.concat([head, data, directory]);
}

const bytesOf = ({ buffer }: ArrayBufferView) => Buffer.from(buffer as ArrayBuffer);

test('deep samples that do not fill their range are scaled from the one they have', async () => {
  const decode = pictureDecoder(black);
  const sixteen = Array.from({ length: 16 }, (_, i) => 17 * i);
  const cases: [string, Buffer][] = [
    ['8 bits in 16', tiff(4, 4, 16, 1, bytesOf(Uint16Array.from(sixteen)))],
    [
      '10 bits',
      tiff(4, 4, 16, 1, bytesOf(Uint16Array.from(sixteen, (v) => Math.round((v * 1023) / 255)))),
    ],
    [
      '12 bits',
      tiff(4, 4, 16, 1, bytesOf(Uint16Array.from(sixteen, (v) => Math.round((v * 4095) / 255)))),
    ],
    ['16 bits', tiff(4, 4, 16, 1, bytesOf(Uint16Array.from(sixteen, (v) => v * 257)))],
    ['8 bits in 32', tiff(4, 4, 32, 1, bytesOf(Uint32Array.from(sixteen)))],
    ['floats to 1', tiff(4, 4, 32, 3, bytesOf(Float32Array.from(sixteen, (v) => v / 255)))],
    ['floats to 255', tiff(4, 4, 32, 3, bytesOf(Float32Array.from(sixteen)))],
  ];
  for (const [name, bytes] of cases)
    assert.equal([...(await decode(bytes, name)).pixels], sixteen, name);
  for (const [bytes, words] of [
    [
      tiff(4, 4, 32, 3, bytesOf(Float32Array.from(sixteen, (v) => v - 1))),
      /from -1 to 254; numbers from 0 to 1/,
    ],
    [
      tiff(4, 4, 32, 3, bytesOf(Float32Array.from(sixteen, (v) => v * 2))),
      /from 0 to 510; numbers/,
    ],
    [
      tiff(4, 4, 32, 1, bytesOf(Uint32Array.from(sixteen, (v) => v * 1000))),
      /to 255000; whole numbers from 0 to 65535 were/,
    ],
    [
      tiff(4, 4, 32, 3, bytesOf(Float32Array.from(sixteen, (v) => v / 170))),
      /from 0 to 1\.5; numbers from 0 to 1/,
    ],
    [
      tiff(4, 4, 32, 3, bytesOf(Float32Array.from(sixteen, (v) => (v > 200 ? Number.NaN : v)))),
      /has a sample that is no number/,
    ],
  ] as const)
    assert.match(await troubleOf(() => decode(bytes, 'deep.tif')), words);
});

test('formats that are not read are called by name', async () => {
  const decode = pictureDecoder(black);
  for (const [head, name] of [
    ['\0\0\0\x18ftypheic', 'a HEIC picture'],
    ['\0\0\0\x1cftypmif1', 'a HEIC picture'],
    ['\0\0\0 ftypavis', 'an animated AVIF picture'],
    ['\0\0\0\x0cjP  \r\n\x87\n', 'a JPEG 2000 picture'],
    ['\0\0\x01\0\x01\0', 'an icon (ICO)'],
    ['\xff\x0a', 'a JPEG XL picture'],
    ['8BPS', 'a Photoshop picture'],
  ] as const)
    assert.is(
      await troubleOf(() => decode(Buffer.from(head.padEnd(40, '\0'), 'latin1'), 'x')),
      `x: is ${name}, which is not read; convert it to PNG or JPEG`,
    );
});

function put(path: string, value: number, width = 2): void {
  const png = readFileSync(join(folder, `.${width}-${value}.png`));
  writeFileSync(join(folder, path), png);
}

async function furnish(files: Readonly<Record<string, number>>, width = 2): Promise<void> {
  for (const [path, value] of Object.entries(files)) {
    const bytes = await raw(Buffer.alloc(width * 2, value), 1, width)
      .png()
      .toBuffer();
    writeFileSync(join(folder, `.${width}-${value}.png`), bytes);
    if (path.includes('/')) mkdirSync(join(folder, path, '..'), { recursive: true });
    put(path, value, width);
  }
}

async function read(): Promise<{ labels: number[]; values: number[]; classes: unknown }> {
  const source = await openFolder(await listFolder(folder), black);
  const labels: number[] = [];
  const values: number[] = [];
  for await (const { pixels, labels: some, count } of source.blocks()) {
    labels.push(...(some ?? []));
    for (let i = 0; i < count; i++) values.push(pixels[i * source.rows * source.columns]!);
  }
  return { labels, values, classes: source.annotation?.classes };
}

test('folders by name are classes in alphabetical order; images go by file name', async () => {
  await furnish({ 'cat/2.png': 2, 'ant/3.png': 3, 'cat/1.png': 1, 'T%2Fs/1.png': 9 });
  writeFileSync(join(folder, 'cat', 'notes.txt'), 'no image');
  writeFileSync(join(folder, 'README'), 'no image');
  assert.equal(await read(), {
    labels: [0, 2, 2, 1],
    values: [9, 1, 2, 3],
    classes: ['T/s', 'ant', 'cat'],
  });
});

test('folders by number are labels', async () => {
  await furnish({ '7/a.png': 1, '0/b.jpg': 2, '12/c.PNG': 3 });
  assert.equal(await read(), { labels: [7, 0, 12], values: [1, 2, 3], classes: undefined });
});

test('an annotation beside them names them', async () => {
  await furnish({ 'b/1.png': 1, 'a/2.png': 2 });
  const file = join(folder, 'annotation.json');
  writeFileSync(file, JSON.stringify({ fmnist: 1, classes: ['b', 'a'], labels: [3, 8] }));
  assert.equal(await read(), { labels: [3, 8], values: [1, 2], classes: ['b', 'a'] });
  writeFileSync(file, JSON.stringify({ fmnist: 1, classes: ['b'] }));
  assert.is(await troubleOf(read), `${folder}/a: is none of the classes in annotation.json (b)`);
  writeFileSync(file, '{');
  assert.is(await troubleOf(read), `${file}: is not JSON; an annotation was expected`);
});

test('images in the folder itself have no labels', async () => {
  await furnish({ '2.png': 2, '1.png': 1 });
  assert.equal(await read(), { labels: [], values: [1, 2], classes: undefined });
  await furnish({ 'cat/1.png': 1 });
  assert.match(await troubleOf(read), `${folder}/1.png: an image beside class folders`);
});

test('faults of folders', async () => {
  assert.is(await troubleOf(read), `${folder}: holds no images; at least one was expected`);
  assert.match(await troubleOf(() => listFolder(join(folder, 'no'))), 'no such file or directory');
  await furnish({ 'cat/deep/1.png': 1 });
  assert.match(await troubleOf(read), `${folder}/cat/deep: a folder within a class folder`);
  rmSync(join(folder, 'cat'), { recursive: true });
  await furnish({ 'cat/1.png': 1 });
  await furnish({ 'cat/2.png': 2 }, 3);
  assert.is(
    await troubleOf(read),
    `${folder}/cat/2.png: 2 × 3 pixels; 2 × 2 were expected, as in ${folder}/cat/1.png (--size resamples)`,
  );
});

test('a folder appears whole or not at all', async () => {
  const encoder = await loadPictureEncoder('png');
  const set = {
    images: { type: 'u8' as const, count: 2, rows: 1, columns: 1 },
    labels: Uint8Array.of(4, 4),
    annotation: undefined,
  };
  const target = join(folder, 'out');
  const block = { count: 1, bytes: Buffer.from([1]), labels: Uint8Array.of(4) };
  const broken = await NewFolder.create(target);
  await (await FolderWriter.open(broken, set, encoder)).write(block);
  assert.not.ok(existsSync(target));
  await broken.abort();
  assert.equal(readdirSync(folder), []);
  const whole = await NewFolder.create(target);
  const writer = await FolderWriter.open(whole, set, encoder);
  await writer.write(block);
  await writer.write(block);
  await writer.finish();
  await whole.finish();
  assert.equal(readdirSync(folder), ['out']);
  assert.equal(readdirSync(join(target, '4')), ['00000.png', '00001.png']);
  assert.is(
    await troubleOf(() => NewFolder.create(target)),
    `${target}: is not empty; a new or an empty folder was expected`,
  );
  assert.match(
    await troubleOf(() => NewFolder.create(join(folder, 'no', 'such'))),
    'no/such: cannot be written: no such file or directory',
  );
});

test('what is in the way of a folder stays', async () => {
  writeFileSync(join(folder, 'file'), 'x');
  assert.match(await troubleOf(() => NewFolder.create(join(folder, 'file'))), 'cannot be written');
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  const late = await NewFolder.create(empty);
  writeFileSync(join(empty, 'someone'), 'was here');
  assert.match(await troubleOf(() => late.finish()), `${empty}: cannot be written`);
  await late.abort();
  assert.equal(readdirSync(folder).sort(), ['empty', 'file']);
});

test.run();
