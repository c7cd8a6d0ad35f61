/** fmnist-cat as a whole: joining, choosing, and conversions that lose nothing. */

import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import cat from '../../../src/cmd/cat.js';
import type { Annotation } from '../../../src/idx/annotation.js';
import { openSet } from '../../../src/idx/set-reader.js';
import { runInMemory } from '../../support/memory-io.js';
import { type MadeSetOptions, makeItem, makeSet, readerOf } from '../../support/streams.js';

const test = suite('cmd: cat');
let folder = '';
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
function put(name: string, bytes: Uint8Array): string {
  writeFileSync(at(name), bytes);
  return at(name);
}

/** Runs fmnist-cat to success. */
async function run(argv: readonly string[], input: Uint8Array = Buffer.alloc(0)): Promise<Buffer> {
  const { status, stdout, stderr } = await runInMemory(cat, argv, input);
  assert.is(status, 0, stderr);
  return stdout;
}

async function complaint(argv: readonly string[], input: Uint8Array = Buffer.alloc(0), status = 1) {
  const result = await runInMemory(cat, argv, input);
  assert.is(result.status, status, result.stderr);
  assert.is(result.stdout.length, 0);
  return result.stderr;
}

async function annotationOf(bytes: Buffer): Promise<Annotation | undefined> {
  return (await openSet(readerOf(bytes), { labels: 'optional', types: ['u8', 'f32'] })).annotation;
}

/** 12 images; the first pixel of each is its number, its label that number modulo 3. */
const annotation = { dataset: 'made', classes: ['a', 'b', 'c'], note: { kept: true } };
const numbered = (options: MadeSetOptions = {}) =>
  makeSet({ annotation, pixel: (image, pixel) => (pixel === 0 ? image : 200 + pixel), ...options });
const made = numbered();
const bare = Buffer.concat([made.labelsItem, made.imagesItem]);

async function numbers(argv: readonly string[], input: Uint8Array = made.bytes): Promise<number[]> {
  const pixels = await run([...argv, '--images'], input);
  return [...pixels.subarray(16)].filter((_, i) => i % 6 === 0);
}

test('a set passes through, and its history gains a record', async () => {
  const out = await run([], made.bytes);
  assert.equal(out.subarray(-bare.length), bare);
  const { history, ...rest } = (await annotationOf(out)) ?? { history: [] };
  assert.equal(rest, { fmnist: 1, ...annotation });
  assert.equal(
    history.map(({ program, options }) => ({ program, options })),
    [{ program: 'fmnist-cat', options: {} }],
  );
});

test('published items, in files or in one stream, compressed or not, in either order', async () => {
  const labels = put('l.gz', gzipSync(made.labelsItem));
  const images = put('i', made.imagesItem);
  const imagesPacked = put('i.gz', gzipSync(made.imagesItem));
  for (const files of [
    [labels, images],
    [images, labels],
    [imagesPacked, labels],
  ])
    assert.equal(await run(['--bare', ...files]), bare);
  assert.equal(await run(['--bare'], Buffer.concat([made.imagesItem, made.labelsItem])), bare);
  assert.equal(await run(['--bare', labels, '-'], made.imagesItem), bare);
  assert.equal(await run(['--labels', images, labels]), made.labelsItem);
  assert.equal(await run(['--images', images, labels]), made.imagesItem);
  assert.equal(await run(['--bare', images]), made.imagesItem);
});

test('sets one after another, in one stream or several, are one set', async () => {
  const twice = Buffer.concat([
    makeItem([24], Uint8Array.from([...made.labels, ...made.labels])),
    makeItem([24, 3, 2], Uint8Array.from([...made.pixels, ...made.pixels])),
  ]);
  const file = put('x.idx', made.bytes);
  const packed = put('x.gz', gzipSync(made.bytes));
  const both = Buffer.concat([made.bytes, bare]);
  for (const files of [
    [file, file],
    [file, packed],
    [packed, '-'],
    ['-', file],
  ])
    assert.equal(await run(['--bare', ...files], made.bytes), twice);
  assert.equal(await run(['--bare'], both), twice);
  assert.equal(await run(['--bare', put('both', both)]), twice);
  const joined = (await annotationOf(await run([file, file])))?.history.at(-1)?.joined;
  assert.equal(joined, Array(2).fill({ images: 12, dataset: 'made', history: [] }));
});

test('sets of other sizes are refused by name, with the place in the stream', async () => {
  const other = numbered({ rows: 4 });
  const file = put('other.idx', other.bytes);
  assert.match(
    await complaint(['-', file], made.bytes),
    `fmnist-cat: ${file}: images of 4 × 2 pixels (at byte ${other.annotationItem.length + 20}); 3 × 2 were expected, as in standard input`,
  );
});

test('floats of 32 bits pass; whole numbers and doubles become bytes', async () => {
  const floats = makeItem([3, 1, 2], new Float32Array([1, -2, 3, 4, -5, 6]));
  assert.equal(await run(['--bare'], floats), floats);
  assert.equal(await run(['--bare', '--single'], floats), floats);
  const chosen = makeItem([1, 1, 2], new Float32Array([3, 4]));
  assert.equal(await run(['--bare', '--from', '1', '--to', '2'], floats), chosen);
  const bytes = makeItem([3, 1, 2], Uint8Array.from([1, 2, 3, 4, 5, 6]));
  for (const values of [Int8Array, Int16Array, Int32Array, Float64Array]) {
    const item = makeItem([3, 1, 2], new values([1, 2, 3, 4, 5, 6]));
    assert.equal(await run(['--bare'], item), bytes);
    assert.match(await complaint(['--single'], item), 'u8 or f32 was expected');
  }
  const shares = makeItem([1, 1, 2], new Float64Array([0.5, 1]));
  assert.equal(await run(['--bare'], shares), makeItem([1, 1, 2], Uint8Array.from([128, 255])));
  const odd = makeItem([1, 1, 2], new Int16Array([3, -1]));
  assert.match(
    await complaint([], odd),
    'the value at [0, 0, 1] is -1; whole numbers from 0 to 255',
  );
});

test('choosing, step by step', async () => {
  assert.equal(await numbers(['--from', '2', '--to', '9', '--every', '3']), [2, 5, 8]);
  assert.equal(await numbers(['--from', '-3']), [9, 10, 11]);
  assert.equal(await numbers(['--class', 'b', '--to', '3']), [1, 4, 7]);
  assert.equal(await numbers(['--class', '2', '--class', 'a', '--from=-3']), [8, 9, 11]);
  assert.equal(await numbers(['--shard', '2/5']), [2, 3]);
  assert.equal(await numbers(['--to', '0']), []);
  const shuffled = await numbers(['--shuffle', '--seed', '5']);
  assert.not.equal(shuffled, [...Array(12).keys()]);
  assert.equal(
    [...shuffled].sort((a, b) => a - b),
    [...Array(12).keys()],
  );
  assert.equal(await numbers(['--shuffle', '--seed', '5']), shuffled);
});

test('labels go with their images', async () => {
  for (const words of [['--shuffle'], ['--sample', '0.5'], ['--every', '5'], ['--class', 'c']]) {
    const of = await numbers(words);
    const labels = await run([...words, '--labels'], made.bytes);
    assert.equal(
      [...labels.subarray(8)],
      of.map((n) => n % 3),
    );
  }
});

test('the history says what was chosen, and the seed where it mattered', async () => {
  const words = ['--class', 'b', '--sample', '3', '--stratify', '--shard', '1/1', '--invert'];
  const { history } = (await annotationOf(await run(words, made.bytes))) ?? {};
  const options = {
    class: ['b'],
    sample: '3',
    shard: '1/1',
    stratify: true,
    invert: true,
    seed: 0,
  };
  assert.equal(history?.at(-1)?.options, options);
});

test('--single gives what it gives without, and refuses a second set', async () => {
  for (const words of [[], ['--to', '5'], ['--sample', '4'], ['--shard', '2/3'], ['--class', 'a']])
    assert.equal(await run([...words, '--single'], made.bytes), await run(words, made.bytes));
  const last = await run(['--single', '--bare'], Buffer.concat([made.imagesItem, made.labelsItem]));
  assert.equal(last, bare);
  const two = await runInMemory(cat, ['--single'], Buffer.concat([made.bytes, bare]));
  assert.match(two.stderr, 'another IDX item');
  assert.is(two.status, 1);
});

test('what is behind --to is not looked at', async () => {
  const cut = made.bytes.subarray(0, -6 * 4);
  const file = put('cut.idx', cut);
  for (const words of [
    ['--to', '8'],
    ['--to', '8', '--single'],
    ['--to', '8', file],
  ])
    assert.equal(await numbers(words, cut), [...Array(8).keys()]);
  assert.equal(
    await numbers(['--to', '14'], Buffer.concat([made.bytes, made.bytes.subarray(0, -1)])),
    [...Array(12).keys(), 0, 1],
  );
  for (const words of [[], [file], ['--to', '9'], ['--single'], ['--single', '--sample', '1']]) {
    const { status, stderr } = await runInMemory(cat, words, cut);
    assert.is(status, 1);
    assert.match(stderr, 'cut short in the images');
  }
});

test('damaged streams are refused before anything is written, with file and byte', async () => {
  const trailing = Buffer.concat([made.bytes, Buffer.from('more')]);
  for (const words of [[], [put('x', trailing)]])
    assert.match(
      await complaint(words, trailing),
      `not an IDX header at byte ${made.bytes.length}`,
    );
  assert.match(await complaint([put('e', Buffer.alloc(0))]), 'is empty');
  assert.match(
    await complaint([], Buffer.from([1, 2, 3, 4])),
    'begins with 01 02 03 04, which is neither',
  );
  assert.match(await complaint([], made.labelsItem), '12 labels at byte 0 without images');
  assert.match(await complaint([at('no')]), `${at('no')}: no such file or directory`);
  const gzip = gzipSync(made.bytes).subarray(0, 60);
  assert.match(await complaint([], gzip), 'the gzip data are cut short');
});

/** Sets of every size and kind that a picture can hold. */
const anySet = fc.record({
  count: fc.integer({ min: 1, max: 20 }),
  rows: fc.integer({ min: 1, max: 7 }),
  columns: fc.integer({ min: 1, max: 7 }),
  classes: fc.uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 5 }),
  labels: fc.constantFrom('first', 'first', 'none'),
  seed: fc.nat(),
});
const setOf = ({ seed, ...options }: MadeSetOptions & { seed: number }) =>
  makeSet({ ...options, pixel: (image, pixel) => (image * 89 + pixel * 57 + seed) % 256 });

for (const format of ['csv', 'ndjson'] as const) {
  test(`any set → ${format} → idx is the same set`, async () => {
    await fc.assert(
      fc.asyncProperty(anySet, async (options) => {
        const { bytes } = setOf(options as never);
        const text = await run(['--format', format], bytes);
        assert.equal(await run(['--bare'], text), bytes);
        assert.equal(await run(['--bare', put('x.gz', gzipSync(text))]), bytes);
      }),
      { numRuns: 60 },
    );
  });
}

test('any set → folder of PNG files → idx is the same set', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(anySet, async (options) => {
      const { bytes } = setOf(options as never);
      const target = at(`folder-${runs++}`);
      await run(['--quiet', '--to-folder', target], bytes);
      assert.equal(await run(['--bare', target]), bytes);
    }),
    { numRuns: 25 },
  );
});

test('annotations survive NDJSON and folders, class names and all', async () => {
  const awkward = { ...annotation, classes: ['T-shirt/top', '..', '%'], labels: [3, 4, 250] };
  const { bytes } = makeSet({ annotation: awkward, classes: [3, 4, 250] });
  await run(['--quiet', '--to-folder', at('x')], bytes);
  assert.equal(readdirSync(at('x')).sort(), ['%25', '%2E%2E', 'T-shirt%2Ftop', 'annotation.json']);
  for (const back of [
    await run([at('x')]),
    await run([], await run(['--format', 'ndjson'], bytes)),
  ]) {
    const { history, ...rest } = (await annotationOf(back)) ?? { history: [] };
    assert.equal(rest, { fmnist: 1, ...awkward });
    assert.is(history.length, 2);
  }
});

test('shards put together again are the whole', async () => {
  await fc.assert(
    fc.asyncProperty(anySet, fc.integer({ min: 1, max: 9 }), async (options, of) => {
      const { bytes } = setOf(options as never);
      const shards: Buffer[] = [];
      for (let i = 1; i <= of; i++)
        shards.push(await run(['--bare', '--shard', `${i}/${of}`], bytes));
      assert.equal(await run(['--bare'], Buffer.concat(shards)), bytes);
      const files = shards.map((shard, i) => put(`s${i}`, i % 2 ? gzipSync(shard) : shard));
      assert.equal(await run(['--bare', ...files]), bytes);
    }),
    { numRuns: 40 },
  );
});

test('digests of what came in another format go into the history', async () => {
  const text = Buffer.from('1,2,3,4,5\n');
  const { history } = (await annotationOf(await run([], text))) ?? {};
  assert.equal(history?.at(-1)?.read, [
    { sha256: createHash('sha256').update(text).digest('hex'), bytes: 10 },
  ]);
});

test('sets of different formats are one set', async () => {
  const text = await run(['--format', 'csv', '--from', '6'], made.bytes);
  const lines = await run(['--format', 'ndjson', '--from', '3', '--to', '6'], made.bytes);
  const first = await run(['--to', '3'], made.bytes);
  const files = [put('a', first), put('b', lines), put('c', text)];
  // The size of CSV is in its header: images are no squares.
  assert.equal(await run(['--bare', ...files]), bare);
  assert.equal((await annotationOf(await run(files)))?.classes, ['a', 'b', 'c']);
});

test('one image to PNG and back', async () => {
  const png = await run(['--from', '5', '--to', '6', '--format', 'png'], made.bytes);
  assert.equal(
    await run(['--bare'], png),
    await run(['--images', '--from', '5', '--to', '6'], made.bytes),
  );
  assert.match(
    await complaint(['--format', 'png'], made.bytes),
    'standard input: 12 images; --format png writes one',
  );
});

test('inverting twice is nothing, and only raw pixels are inverted', async () => {
  const once = await run(['--invert', '--images'], made.bytes);
  assert.is(once[16 + 1], 255 - 201);
  assert.equal(await run(['--invert', '--bare'], once), made.imagesItem);
  const f32 = makeSet({ type: 'f32' }).bytes;
  assert.match(
    await complaint(['--invert'], f32),
    'holds normalised pixels; --invert is for raw ones',
  );
  for (const format of ['csv', 'ndjson'])
    assert.match(
      await complaint(['--format', format], f32),
      `pixels of type f32; ${format} holds raw pixels`,
    );
});

const unlabelled = made.imagesItem;
const refusals: readonly (readonly [
  words: string,
  message: string,
  status?: number,
  input?: Uint8Array,
])[] = [
  ['--class a', 'has no labels; --class needs them', 1, unlabelled],
  ['--sample 1 --stratify', 'has no labels; --stratify needs them', 1, unlabelled],
  ['--labels', 'has no labels; --labels wants them', 1, unlabelled],
  ['--class d', "has no class 'd'; it has a, b, c"],
  ['--class d', "does not name its classes; a label was expected in place of 'd'", 1, bare],
  ['--sample 13', '13 images cannot be drawn from 12'],
  ['--size 5x5', 'images of 3 × 2 pixels; --size wants 5 × 5, and only image files are resampled'],
  ['--stratify', '--stratify needs --sample', 2],
  ['--sample 1.5', "--sample: '1.5' is neither a count of images nor a fraction below 1", 2],
  ['--shard 0/3', "--shard: '0/3' is not I/N with I from 1 to N", 2],
  ['--shard 4/3', "--shard: '4/3' is not I/N with I from 1 to N", 2],
  ['--size 28', "--size: '28' is not ROWSxCOLUMNS, such as 28x28", 2],
  ['--single --shuffle', '--single keeps nothing', 2],
  ['--single a b', '--single is for one operand', 2],
  ['--images --labels', '--format, --images and --labels exclude one another', 2],
  ['--images --format csv', '--format, --images and --labels exclude one another', 2],
  ['--to-folder x --format csv', '--to-folder writes png or jpeg, not csv', 2],
  ['--to-folder x -o y', '--to-folder goes with neither', 2],
  ['--no-header', '--no-header is for --format csv', 2],
  ['--input-format csv /', '/ is a folder; --input-format csv is for files', 2],
  ['--input-format folder', 'standard input is no folder', 2],
];
for (const [words, message, status = 1, input = made.bytes] of refusals) {
  test(`${words} is refused`, async () => {
    assert.match(await complaint(words.split(' '), input, status), message);
    assert.not.ok(existsSync('x'));
  });
}

test('a format that is named is not guessed', async () => {
  const text = Buffer.from('{label:1}\n');
  assert.match(await complaint(['--input-format', 'csv'], text), "is named '{label:1}'");
  assert.match(await complaint(['--input-format', 'idx'], text), 'not an IDX header at byte 0');
});

test('the input may be what the output replaces', async () => {
  const file = put('x.idx', bare);
  await run(['--bare', '--from', '6', '-o', file, file]);
  await run(['--bare', '--shuffle', '-o', file, file]);
  assert.is(readFileSync(file).length, 8 + 6 + 16 + 36);
});

test.run();
