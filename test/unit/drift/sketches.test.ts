/** Sketches add up exactly, in any order, and come back from their records as they were. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { Observation } from '../../../src/drift/observation.js';
import { absorbRecord, sketchRecords } from '../../../src/drift/sketch-records.js';
import { WindowSketch } from '../../../src/drift/window-sketch.js';

const test = suite('drift/sketches');

const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const row: fc.Arbitrary<Observation> = fc.record(
  {
    kind: fc.constantFrom('image', 'served', 'features'),
    features: fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b'), number), {
      maxLength: 3,
      selector: ([name]) => name,
    }),
    blanks: fc.uniqueArray(fc.constantFrom('c', 'd', 'prediction'), { maxLength: 2 }),
    prediction: fc.integer({ min: 0, max: 4 }),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    label: fc.integer({ min: 0, max: 4 }),
    embedding: fc.array(number, { minLength: 2, maxLength: 2 }),
    time: fc.integer({ min: 0, max: 1e12 }),
  },
  { requiredKeys: ['kind', 'features'] },
);

function sketchOf(rows: readonly Observation[]): WindowSketch {
  const sketch = new WindowSketch();
  for (const each of rows) sketch.add(each);
  return sketch;
}

const asText = (sketch: WindowSketch) => JSON.stringify([...sketchRecords(sketch)]);

test('shards in any order give the sketch of the whole', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 60 }), fc.nat(60), (rows, cut) => {
      const sum = sketchOf(rows.slice(cut).reverse());
      sum.absorb(sketchOf(rows.slice(0, cut)));
      assert.is(asText(sum), asText(sketchOf(rows)));
    }),
    { numRuns: 100 },
  );
});

test('records bring a sketch back', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      const sketch = sketchOf(rows);
      const read = new WindowSketch();
      for (const record of sketchRecords(sketch))
        assert.ok(absorbRecord(read, JSON.parse(JSON.stringify(record))));
      assert.is(asText(read), asText(sketch));
    }),
    { numRuns: 100 },
  );
});

test('of many embeddings, the same few are kept whatever the order', () => {
  const rows = Array.from({ length: 1700 }, (_, i) => ({
    kind: 'features' as const,
    features: [],
    embedding: [i, -i],
  }));
  const [there, back] = [sketchOf(rows), sketchOf(rows.toReversed())];
  assert.is(there.embeddings.vectors.length, 500);
  assert.equal(there.embeddings.vectors, back.embeddings.vectors);
});

test('confidences near 1 are told apart', () => {
  const { values } = sketchOf(
    [0.9999, 0.99999].map((confidence) => ({
      kind: 'features' as const,
      features: [],
      confidence,
    })),
  )
    .feature('confidence')
    .steps();
  assert.is(values.length, 2);
  assert.ok(Math.abs(values[0]! - 0.9999) < 1e-7 && Math.abs(values[1]! - 0.99999) < 1e-8);
});

test('damaged records are named', () => {
  const records = [...sketchRecords(sketchOf([{ kind: 'features', features: [['a', 1]] }]))];
  const [head, feature] = records;
  const refuse = (record: object, message: RegExp) =>
    assert.throws(() => absorbRecord(new WindowSketch(), { type: '', ...record }), message);
  refuse({ ...head, format: 2 }, /format 2; format 1 was expected/);
  refuse(
    { ...head, rows: -1 },
    /field 'rows' of a sketch record is -1; a whole number from 0 was expected/,
  );
  refuse({ ...head, rows: 2 }, /field 'kinds' .* kinds of 2 rows in all was expected/);
  refuse({ ...head, kinds: { kinds: ['odd'], counts: [1] } }, /"odd".*lists of kinds \(image, /);
  refuse(
    { ...head, firstTime: 1e300, lastTime: 1 },
    /field 'firstTime' of a sketch record is 1e\+300;/,
  );
  const measured = { kinds: ['features'], rows: [1], missing: [1] };
  refuse({ ...feature, measured }, /field 'measured' .*; 1 rows with a number, as 'count' says/);
  refuse(
    { ...feature, measured: { ...measured, missing: [2] } },
    /no more missing values than rows/,
  );
  refuse({ ...feature, counts: [2] }, /field 'counts'/);
  refuse({ ...feature, gaps: [1e9] }, /field 'counts'/);
  refuse({ ...feature, name: 3 }, /field 'name'/);
  refuse({ ...feature, complement: true }, /field 'complement'/);
});

test.run();
