/** fmnist-split as a whole: what its two streams say and hold. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import split from '../../../src/cmd/split.js';
import { openSet } from '../../../src/idx/set-reader.js';
import { runInMemory } from '../../support/memory-io.js';
import { makeSet, readerOf } from '../../support/streams.js';

const test = suite('cmd: split');
const annotation = {
  dataset: 'made',
  split: 'all',
  classes: ['a', 'b', 'c'],
  note: { kept: true },
};
/** 12 images; the first pixel of each is its number. */
const made = makeSet({ annotation, pixel: (image, at) => (at === 0 ? image : 200 + at) });

let folder = '';
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

async function divide(...words: string[]) {
  const file = join(folder, 'val.idx');
  const run = await runInMemory(split, [...words, '--out-validation', file], made.bytes);
  assert.is(run.status, 0, run.stderr);
  return { kept: await contents(run.stdout), held: await contents(readFileSync(file)) };
}

async function contents(bytes: Buffer) {
  const set = await openSet(readerOf(bytes), { labels: 'required' });
  const pixels: number[] = [];
  for await (const batch of set.batches()) pixels.push(...batch.pixels);
  const numbers = pixels.filter((_, i) => i % 6 === 0);
  return { ...set, pixels, numbers, labels: [...(set.labels ?? [])], annotation: set.annotation };
}

test('both parts keep order, labels and pixels, and together are the whole', async () => {
  const { kept, held } = await divide('--validation', '3');
  assert.is(held.numbers.length, 3);
  assert.equal(
    [...kept.numbers, ...held.numbers].sort((a, b) => a - b),
    [...Array(12).keys()],
  );
  for (const { numbers, labels, pixels } of [kept, held]) {
    assert.equal(
      numbers,
      [...numbers].sort((a, b) => a - b),
    );
    assert.equal(
      labels,
      numbers.map((n) => n % 3),
    );
    assert.equal(
      pixels,
      numbers.flatMap((n) => [n, 201, 202, 203, 204, 205]),
    );
  }
  assert.equal(held.labels.sort(), [0, 1, 2]);
});

test('the annotations say which part they open', async () => {
  const { kept, held } = await divide('--validation', '0.25', '--seed', '9');
  for (const [part, name] of [
    [kept, 'train'],
    [held, 'validation'],
  ] as const) {
    const { history, ...rest } = part.annotation ?? { history: [] };
    assert.equal(rest, { fmnist: 1, ...annotation, split: name });
    assert.equal(
      history.map((record) => record.options),
      [{ validation: '0.25', seed: 9 }],
    );
  }
});

test('the held-out folds cover the input exactly once', async () => {
  const held = [];
  for (const fold of ['1', '2', '3', '4', '5'])
    held.push(...(await divide('--folds', '5', '--fold', fold)).held.numbers);
  assert.equal(
    held.sort((a, b) => a - b),
    [...Array(12).keys()],
  );
});

test('the same input and seed give the same bytes', async () => {
  const bytes = async (seed: string) =>
    (await runInMemory(split, ['--validation', '4', '--seed', seed], made.bytes)).stdout;
  assert.equal(await bytes('5'), await bytes('5'));
  assert.not.equal(await bytes('5'), await bytes('6'));
});

test('a set of one class is divided like any other', async () => {
  const { bytes } = makeSet({ classes: [200], count: 10 });
  const { stdout, status, stderr } = await runInMemory(
    split,
    ['--validation', '4', '--bare'],
    bytes,
  );
  assert.is(status, 0, stderr);
  assert.not.match(stderr, 'warning');
  assert.equal((await contents(stdout)).labels, Array(6).fill(200));
});

test('a class that one part lacks is named', async () => {
  const { bytes } = makeSet({ annotation, count: 4 });
  const { stderr } = await runInMemory(split, ['--validation', '1'], bytes);
  assert.match(stderr, 'warning: no image held out of: b, c');
});

test('a failure at the last byte leaves neither part', async () => {
  const file = join(folder, 'val.idx');
  const cut = made.bytes.subarray(0, -1);
  const out = join(folder, 'train.idx');
  const run = await runInMemory(
    split,
    ['--validation', '3', '--out-validation', file, '-o', out],
    cut,
  );
  assert.is(run.status, 1);
  assert.match(run.stderr, 'cut short in the images');
  assert.equal(readdirSync(folder), []);
});

test('an old held-out file stays as it was when something fails', async () => {
  const file = join(folder, 'val.idx');
  await divide('--validation', '3');
  const before = readFileSync(file);
  const cut = made.bytes.subarray(0, -1);
  const run = await runInMemory(split, ['--validation', '6', '--out-validation', file], cut);
  assert.is(run.status, 1);
  assert.equal(readFileSync(file), before);
  assert.equal(readdirSync(folder), ['val.idx']);
});

const refusals: readonly (readonly [words: string, message: string, status: number])[] = [
  [
    '--folds 13 --fold 1',
    'has 12 different images; at least one for each of 13 folds was expected',
    1,
  ],
  ['--validation 12', '12 of them cannot be held out', 1],
  ['--validation 0.01', '0 of them cannot be held out', 1],
  ['--validation 1.5', "'1.5' is neither a count of images nor a fraction below 1", 2],
  ['--validation 0', "'0' is neither a count of images nor a fraction below 1", 2],
  ['--folds 3', '--folds needs --fold', 2],
  ['--fold 3 --validation 2', '--fold needs --folds', 2],
  ['--folds 3 --fold 4', '--fold 4 of 3 folds does not exist', 2],
  ['--folds 3 --fold 1 --validation 2', 'give either --validation or --folds', 2],
];
for (const [words, message, status] of refusals) {
  test(`${words} is refused`, async () => {
    const file = join(folder, 'val.idx');
    const argv = [...words.split(' '), '--out-validation', file];
    const run = await runInMemory(split, argv, made.bytes);
    assert.is(run.status, status);
    assert.match(run.stderr, message);
    assert.is(run.stdout.length, 0);
    assert.not.ok(existsSync(file));
  });
}

test.run();
