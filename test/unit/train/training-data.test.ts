/** What a run reads: raw and normalised alike, any labels, sizes and classes, and validation by file or fraction. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import norm from '../../../src/cmd/norm.js';
import { type DataOptions, loadTrainingData } from '../../../src/train/training-data.js';
import { memoryIo, runInMemory } from '../../support/memory-io.js';
import { type MadeSetOptions, makeSet } from '../../support/streams.js';
import { troubleOf, usageErrorOf } from '../../support/trouble.js';

const test = suite('training data');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const perDataset = { kind: 'standardize', per: 'dataset' } as const;

const load = (bytes: Uint8Array, options: Partial<DataOptions> = {}) =>
  loadTrainingData(memoryIo(bytes), {
    file: '-',
    validation: undefined,
    seed: 0,
    normalization: perDataset,
    ...options,
  });

function fileOf(name: string, options: MadeSetOptions): string {
  const path = join(folder, name);
  writeFileSync(path, makeSet(options).bytes);
  return path;
}

test('a raw set: bytes, classes, normalisation, digest', async () => {
  const set = makeSet({ annotation: { classes: ['a', 'b', 'c'], dataset: 'x' } });
  const { training, validation, heldOut, normalization } = await load(set.bytes);
  assert.equal([...training.pixels], [...set.pixels]);
  assert.equal([...training.classIndices], [...set.labels]);
  assert.equal([training.count, training.rows, training.columns], [12, 3, 2]);
  assert.equal(training.classes, { names: ['a', 'b', 'c'], labels: [0, 1, 2] });
  assert.is(training.digest.bytes, set.bytes.length);
  assert.equal(
    [validation, heldOut, training.streamNormalization],
    [undefined, undefined, undefined],
  );
  const values = [...set.pixels];
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  assert.ok(Math.abs(normalization.mean[0]! - mean) < 1e-9);
  assert.ok(Math.abs(normalization.deviation[0]! - Math.sqrt(variance)) < 1e-9);
});

for (const kind of ['standardize', 'scale'] as const)
  for (const per of ['dataset', 'pixel'] as const)
    test(`${kind} per ${per}: fitted here or by fmnist-norm, it is the same to the last digit`, async () => {
      const set = makeSet({ count: 50, rows: 4, columns: 7 });
      const normed = await runInMemory(norm, ['--fit', '--kind', kind, '--per', per], set.bytes);
      assert.is(normed.status, 0);
      const ours = await load(set.bytes, { normalization: { kind, per } });
      const theirs = await load(normed.stdout, { normalization: perDataset });
      assert.equal(theirs.normalization, ours.normalization);
      assert.equal(theirs.training.streamNormalization, ours.normalization);
      assert.equal(Buffer.from(theirs.training.pixels), Buffer.from(ours.training.pixels));
      assert.equal(theirs.training.classIndices, ours.training.classIndices);
    });

test('labels before and behind the images', async () => {
  const first = await load(makeSet({ labels: 'first' }).bytes);
  const last = await load(makeSet({ labels: 'last' }).bytes);
  assert.equal(first.training.pixels, last.training.pixels);
  assert.equal(first.training.classIndices, last.training.classIndices);
});

test('labels from 1, named: as many classes as there are names', async () => {
  const annotation = { classes: ['a', 'b', 'c'], labels: [1, 2, 26] };
  const { training } = await load(makeSet({ classes: [1, 26, 2], annotation }).bytes);
  assert.equal(training.classes, { names: ['a', 'b', 'c'], labels: [1, 2, 26] });
  assert.equal([...training.classIndices.subarray(0, 4)], [0, 2, 1, 0]);
});

test('labels without names: 0 to the largest', async () => {
  const { training } = await load(makeSet({ classes: [1, 3] }).bytes);
  assert.equal(training.classes, { names: ['0', '1', '2', '3'], labels: [0, 1, 2, 3] });
  assert.equal([...training.classIndices.subarray(0, 2)], [1, 3]);
});

const refused: readonly [string, MadeSetOptions, string][] = [
  ['no images', { count: 0 }, 'holds no images; at least one was expected'],
  ['no labels', { labels: 'none' }, 'has 12 images but no labels; labels were expected at byte 88'],
  [
    'a label that is no class',
    { annotation: { classes: ['a', 'b'] } },
    'image 2 has label 2, which is none of the 2 classes (labels 0 to 1)',
  ],
  ['one class only', { classes: [0] }, 'has images of one class only; two or more were expected'],
  [
    'one class by name',
    { classes: [4], annotation: { classes: ['a'], labels: [4] } },
    'has images of one class only; two or more were expected',
  ],
  [
    'no contrast',
    { pixel: () => 9 },
    'has 9 in every pixel; a deviation of 0 cannot be divided by',
  ],
];

for (const [name, options, problem] of refused)
  test(`refused: ${name}`, async () => {
    assert.is(await troubleOf(() => load(makeSet(options).bytes)), `standard input: ${problem}`);
  });

test('a header that claims more than memory holds', async () => {
  const { labelsItem } = makeSet();
  const header = Buffer.from([0, 0, 8, 3, 0, 0, 0, 12, 0, 0, 0x40, 0, 0, 0, 0x40, 0]);
  const message = await troubleOf(() => load(Buffer.concat([labelsItem, header])));
  assert.match(message, /cut short in the images|do not fit into memory/);
});

test('validation by fraction: stratified, by seed, nothing twice and nothing lost', async () => {
  const set = makeSet({ count: 60, annotation: { classes: ['a', 'b', 'c'] } });
  const { training, validation, heldOut } = await load(set.bytes, { validation: '0.25' });
  assert.is(heldOut, 0.25);
  assert.equal([training.count, validation?.count], [45, 15]);
  for (const c of [0, 1, 2])
    assert.is(validation?.classIndices.filter((index) => index === c).length, 5);
  const images = (part: typeof training | undefined) =>
    Array.from({ length: part?.count ?? 0 }, (_, i) =>
      [...(part?.pixels.subarray(6 * i, 6 * i + 6) ?? []), part?.classIndices[i]].join(),
    );
  const whole = await load(set.bytes);
  assert.equal([...images(training), ...images(validation)].sort(), images(whole.training).sort());
  const again = await load(set.bytes, { validation: '.25' });
  assert.equal(again.validation?.pixels, validation?.pixels);
  const other = await load(set.bytes, { validation: '0.25', seed: 1 });
  assert.not.equal(other.validation?.pixels, validation?.pixels);
});

test('raw images: fitted on those that are trained on, not on those held out', async () => {
  const { training, normalization } = await load(makeSet({ count: 60 }).bytes, {
    validation: '0.5',
  });
  const values = [...training.pixels];
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  assert.ok(Math.abs(normalization.mean[0]! - mean) < 1e-9);
});

test('fractions that hold no image out, or are none', async () => {
  const { bytes } = makeSet();
  assert.is(
    await troubleOf(() => load(bytes, { validation: '0.01' })),
    'standard input: has 12 different images; a fraction of 0.01 of them cannot be held out',
  );
  assert.match(await troubleOf(() => load(bytes, { validation: '0.99' })), /cannot be held out/);
  for (const validation of ['0', '1', '1.5', '-0.1', '60000'])
    assert.is(
      await usageErrorOf(() => load(bytes, { validation })),
      `--validation: '${validation}' is not between 0 and 1; a fraction of the images, or a file, was expected`,
    );
});

test('validation by file: raw, and normalised as in training', async () => {
  const validation = fileOf('raw.idx', { count: 6 });
  const raw = await load(makeSet({ count: 30 }).bytes, { validation });
  assert.equal([raw.training.count, raw.validation?.count, raw.heldOut], [30, 6, undefined]);

  const saved = join(folder, 'params.ndjson');
  const fitted = await runInMemory(
    norm,
    ['--fit', '--out-params', saved],
    makeSet({ count: 30 }).bytes,
  );
  const applied = await runInMemory(norm, ['--params', saved], makeSet({ count: 6 }).bytes);
  const normal = join(folder, 'normal.idx');
  writeFileSync(normal, applied.stdout);
  for (const [training, file] of [
    [fitted.stdout, normal],
    [fitted.stdout, validation],
    [makeSet({ count: 30 }).bytes, normal],
  ] as const) {
    const both = await load(training, { validation: file });
    assert.equal(both.validation?.pixels, raw.validation?.pixels);
    assert.equal(both.normalization, raw.normalization);
  }
});

test('a validation set that does not go with the training set', async () => {
  const training = makeSet({ count: 30, annotation: { classes: ['a', 'b', 'c'] } }).bytes;
  const own = join(folder, 'own.idx');
  const normed = await runInMemory(norm, ['--fit'], makeSet({ count: 6 }).bytes);
  writeFileSync(own, normed.stdout);
  const faults: readonly [string, RegExp][] = [
    [
      fileOf('size.idx', { rows: 2, columns: 3 }),
      /its images are 2 × 3 pixels; 3 × 2, as those to train on, were expected$/,
    ],
    [
      fileOf('class.idx', { classes: [0, 3] }),
      /image 1 has label 3, which is none of the 3 classes \(labels 0 to 2\)$/,
    ],
    [
      fileOf('names.idx', { annotation: { classes: ['a', 'c', 'b'] } }),
      /calls label 1 'c', the training set calls it 'b'; the same classes were expected$/,
    ],
    [
      own,
      /own\.idx: is normalised by standardize\(.*\); raw pixels, or standardize\(.*\) as in training, were expected$/,
    ],
    [join(folder, 'none.idx'), /none\.idx: no such file or directory$/],
  ];
  for (const [validation, message] of faults)
    assert.match(await troubleOf(() => load(training, { validation })), message);
  assert.match(
    await usageErrorOf(() => load(training, { validation: '-' })),
    /standard input can be read only once/,
  );
});

test.run();
