/** Prediction records written and read back. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ByteReader } from '../../../src/io/byte-reader.js';
import { indexOfLargest, predictionLines } from '../../../src/ndjson/prediction-lines.js';
import { PredictionReader, type ReadPrediction } from '../../../src/ndjson/prediction-reader.js';

const test = suite('ndjson/predictions');

async function read(text: string): Promise<ReadPrediction[]> {
  const reader = new PredictionReader(
    new ByteReader(
      'p.ndjson',
      (async function* () {
        yield Buffer.from(text);
      })(),
    ),
  );
  const all: ReadPrediction[] = [];
  for await (const prediction of reader.predictions())
    all.push({ ...prediction, probabilities: prediction.probabilities.slice() });
  return all;
}

test('what is written reads back, to the last bit', async () => {
  const row = fc
    .array(fc.integer({ min: 0, max: 1 << 20 }), { minLength: 3, maxLength: 3 })
    .filter((list) => list.some((value) => value > 0));
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 8 }),
      fc.boolean(),
      async (rows, labelled) => {
        const classes = { names: ['a', 'b "c"', '\u001b[31md'], labels: [3, 5, 255] };
        const probabilities = Float32Array.from(
          rows.flatMap((list) => list.map((v) => v / list.reduce((a, b) => a + b))),
        );
        const labels = labelled
          ? Uint8Array.from(rows, (_, i) => classes.labels[i % 3]!)
          : undefined;
        const text = `${JSON.stringify({ type: 'classes', ...classes })}\n${predictionLines(
          { start: 7, count: rows.length, labels, probabilities, logits: probabilities },
          classes,
          { logits: true },
        )}`;
        const back = await read(text);
        assert.is(back.length, rows.length);
        for (const [i, prediction] of back.entries()) {
          assert.is(prediction.index, 7 + i);
          assert.is(prediction.where, `p.ndjson: line ${2 + i}`);
          assert.is(prediction.truth, labelled ? i % 3 : undefined);
          const own = probabilities.subarray(3 * i, 3 * i + 3);
          assert.equal(prediction.probabilities, own.slice());
          assert.is(prediction.prediction, indexOfLargest(own));
        }
      },
    ),
  );
});

test('the first of equal probabilities is the prediction; the top classes are in order', () => {
  assert.is(indexOfLargest([0.2, 0.4, 0.4]), 1);
  const text = predictionLines(
    {
      start: 0,
      count: 1,
      labels: undefined,
      probabilities: Float32Array.of(0.2, 0.4, 0.4),
      logits: Float32Array.of(1, -2, 3),
    },
    { names: ['a', 'b', 'c'], labels: [0, 1, 2] },
    { top: 2, logits: true },
  );
  assert.equal(JSON.parse(text), {
    type: 'prediction',
    index: 0,
    prediction: 1,
    top: [
      { label: 1, name: 'b', probability: 0.4 },
      { label: 2, name: 'c', probability: 0.4 },
    ],
    logits: [1, -2, 3],
  });
});

test('other records and fields are ignored', async () => {
  const back = await read(
    '{"type":"note"}\n{"type":"classes","names":["a"],"labels":[4],"more":1}\n\n{"type":"prediction","index":0,"label":4,"prediction":4,"probabilities":[1],"more":[]}',
  );
  const probabilities = Float32Array.of(1);
  assert.equal(back, [
    {
      ...{ where: 'p.ndjson: line 4', index: 0, copyOf: undefined },
      ...{ truth: 0, prediction: 0, probabilities },
    },
  ]);
});

test.run();
