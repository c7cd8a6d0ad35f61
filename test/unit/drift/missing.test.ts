/** Missing values: their share is tested as drift, at the nominal rate; what was never measured is told apart. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { compareToReference, type DriftComparisonOptions } from '../../../src/drift/comparison.js';
import { observationOf } from '../../../src/drift/record-observations.js';
import { absorbRecord, sketchRecords } from '../../../src/drift/sketch-records.js';
import { WindowSketch } from '../../../src/drift/window-sketch.js';
import type { AnyRecord } from '../../../src/ndjson/records.js';
import { Generator } from '../../../src/random/generator.js';
import { deriveKey } from '../../../src/random/key.js';

const test = suite('drift/missing');
const generator = new Generator(deriveKey(5, 'missing test'));
const options: DriftComparisonOptions = { alpha: 0.01, correction: 'holm', test: 'ks', seed: 0 };

/** Rows of records; each is made from its position. */
function sketchOf(count: number, ...made: ((i: number) => object)[]): WindowSketch {
  const sketch = new WindowSketch();
  for (const make of made)
    for (let i = 0; i < count; i++) sketch.add(observationOf(make(i) as AnyRecord)!);
  return sketch;
}

const features = (fields: (i: number) => object) => (i: number) => ({
  type: 'features',
  features: { a: (i * 37) % 101, ...fields(i) },
});
const full = features((i) => ({ b: i % 7 }));

const missingOf = (reference: WindowSketch, window: WindowSketch) =>
  compareToReference(reference, window, options)
    .tests.filter(({ kind }) => kind === 'missing')
    .map(({ name, drift, missing, referenceMissing }) => [name, drift, missing, referenceMissing]);

const reference = sketchOf(120, full);

for (const [how, value] of [
  ['null', null],
  ['the text NaN', 'NaN'],
  ['an empty text', ' '],
  ['absent', undefined],
  ['of another type', 'high'],
  ['a list', [1]],
] as const) {
  test(`a value that is ${how} in 60 % of the rows is drift`, () => {
    const window = sketchOf(
      120,
      features((i) => ({ b: i % 5 < 3 ? value : i % 7 })),
    );
    assert.equal(missingOf(reference, window), [['b', true, 72, 0]]);
    // Values that come back are a change as well.
    assert.equal(missingOf(window, reference), [['b', true, 0, 72]]);
  });
  test(`a feature that is ${how} in every row has vanished, and that is drift`, () => {
    const window = sketchOf(
      120,
      features(() => ({ b: value })),
    );
    const { drift, onlyReference } = compareToReference(reference, window, options);
    assert.ok(drift);
    assert.equal(onlyReference, []);
    assert.equal(missingOf(reference, window), [['b', true, 120, 0]]);
  });
}

test('without missing values there is no test for them', () => {
  assert.equal(missingOf(reference, sketchOf(120, full)), []);
  const never = features(() => ({ b: null }));
  assert.equal(missingOf(sketchOf(120, never), sketchOf(120, never)), []);
  // A reference without any number is no fault: what it had none of, and has now, is a change.
  assert.equal(missingOf(sketchOf(120, never), reference), [['b', true, 0, 120]]);
});

test('the same share of missing values is no drift, at the nominal rate', () => {
  const some = features((i) => ({ b: generator.uniform() < 0.1 ? null : i % 7 }));
  const then = sketchOf(2000, some);
  let alarms = 0;
  for (let run = 0; run < 300; run++)
    if (missingOf(then, sketchOf(100, some)).some(([, drift]) => drift)) alarms++;
  // One test of three at 1 %, so 1 of 300; a binomial of 3 passes 10 with a chance of one in a thousand.
  assert.ok(alarms <= 10, `${alarms} of 300 windows alarmed`);
});

const served = (fields: (i: number) => object) => (i: number) => ({
  type: 'served',
  prediction: i % 3,
  confidence: 0.9,
  margin: 0.8,
  brightness: (i * 37) % 101,
  contrast: 60 + (i % 9),
  ...fields(i),
});
const light = served(() => ({}));
const measured = served((i) => ({
  entropy: i % 11,
  orientation: i % 10 === 0 ? undefined : i % 17,
}));

test('what a service did not measure is no missing value', () => {
  const then = sketchOf(60, measured, measured);
  const { onlyReference, drift } = compareToReference(then, sketchOf(120, light), options);
  assert.not(drift);
  assert.equal(onlyReference, ['entropy', 'orientation']);
  // A share of the images measured, of which as many have no orientation as before.
  assert.equal(missingOf(then, sketchOf(100, light, measured)), [['orientation', false, 10, 12]]);
  const lost = served((i) => ({ entropy: null, orientation: i % 17 }));
  assert.equal(
    missingOf(then, sketchOf(60, lost)).find(([name]) => name === 'entropy'),
    ['entropy', true, 60, 0],
  );
});

test('kinds: predictions beside images lack no features of images, nor one top class a margin', () => {
  const image = (i: number) => ({ kind: 'image', features: [['brightness', i]] }) as const;
  const both = sketchOf(50, (i) => ({
    type: 'prediction',
    prediction: 1,
    probabilities: [i / 100, 1 - i / 100],
  }));
  for (let i = 0; i < 50; i++) both.add(image(i));
  assert.equal(missingOf(both, both), []);
  const top = sketchOf(50, (i) => ({
    type: 'prediction',
    prediction: 1,
    top: [{ probability: 0.6 + i / 200 }],
  }));
  const { onlyReference } = compareToReference(both, top, options);
  assert.equal(onlyReference, ['brightness', 'margin']);
  assert.equal(missingOf(both, top), []);
});

test('predictions and embeddings that vanish are drift', () => {
  const whole = (i: number) => ({ type: 'features', a: i, prediction: i % 3, embedding: [i, 1] });
  const bare = (i: number) => ({ type: 'features', a: i, prediction: null });
  assert.equal(missingOf(sketchOf(40, whole), sketchOf(40, bare)), [
    ['prediction', true, 40, 0],
    ['embedding', true, 40, 0],
  ]);
});

test('a sketch written and read again counts the same', () => {
  const window = sketchOf(
    120,
    features((i) => ({ b: i % 5 < 3 ? null : i % 7 })),
    measured,
  );
  const read = new WindowSketch();
  for (const record of sketchRecords(window))
    absorbRecord(read, JSON.parse(JSON.stringify(record)));
  assert.equal(missingOf(reference, read), missingOf(reference, window));
  assert.equal(missingOf(read, reference), missingOf(window, reference));
});

test('an old sketch is read: what it has in every row is tested, what it has in some is not', () => {
  const old = new WindowSketch();
  for (const { kinds: _, measured: __, ...record } of sketchRecords(
    sketchOf(
      120,
      features((i) => ({ b: i % 7, ...(i % 2 ? { half: i } : {}) })),
    ),
  ))
    assert.ok(absorbRecord(old, JSON.parse(JSON.stringify(record))));
  const window = sketchOf(
    120,
    features((i) => ({ b: i % 2 ? null : i % 7, half: i % 4 ? null : i })),
  );
  assert.equal(missingOf(old, window), [['b', true, 60, 0]]);
  // Whether its rows should have had a feature that is gone is not known.
  const gone = compareToReference(
    old,
    sketchOf(
      120,
      features(() => ({})),
    ),
    options,
  );
  assert.equal([gone.drift, gone.onlyReference], [false, ['b', 'half']]);
});

for (const [record, message] of [
  [
    { features: { b: 1e300 } },
    /field 'features.b' of a features record is 1e\+300; a number that 32 bits can hold/,
  ],
  [{ b: Number.POSITIVE_INFINITY }, /field 'b' of a features record is Infinity;/],
  [{ b: '-Infinity' }, /field 'b' of a features record is "-Infinity"; a number was expected/],
  [{ features: { confidence: 7 } }, /field 'features.confidence' .* is 7; a number from 0 to 1/],
  [{ embedding: [1, 1e300] }, /field 'embedding.1' .* is 1e\+300;/],
  [{ label: 1e300 }, /field 'label' .* is 1e\+300; a label from 0 to 255/],
  [{ prediction: '3' }, /field 'prediction' .* is "3"; a label/],
  [{ time: '12/01/2026' }, /field 'time' .* is "12\/01\/2026", which is no timestamp/],
] as const)
  test(`${JSON.stringify(record)} is refused, with the value`, () => {
    assert.throws(() => observationOf({ type: 'features', ...record }), message);
  });

test.run();
