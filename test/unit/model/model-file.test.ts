/** Model files that are cut short, damaged or foreign: one clear line each. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OperationalError } from '../../../src/core/errors.js';
import { openOnnxPredictor } from '../../../src/engine/onnxruntime/predictor.js';
import { scaleToUnit } from '../../../src/idx/normalization.js';
import type { ModelInfo } from '../../../src/model/info.js';
import { openModel } from '../../../src/model/model.js';
import { encodeModel } from '../../../src/model/model-file.js';
import { encodeOnnx } from '../../../src/onnx/encode.js';
import { Graph } from '../../../src/onnx/graph.js';
import { Generator } from '../../../src/random/generator.js';
import { deriveKey } from '../../../src/random/key.js';
import { paths } from '../../support/paths.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('model files');
const bars = readFileSync(join(paths.fixtures, 'bars.onnx'));

test('cut short at every byte', () => {
  for (let length = 0; length < bars.length; length++) {
    const message = messageOf(() => openModel(bars.subarray(0, length), 'm.onnx'));
    assert.match(message, /^m\.onnx: [^\n]+$/, `at ${length}`);
    assert.match(message, /is empty|not a whole one|no fmnist metadata|the file is not whole/);
  }
  assert.is(openModel(bars, 'm.onnx').info.rows, 6);
});

test('bits that have tipped: an OperationalError of one line, or a model that answers', async () => {
  const generator = new Generator(deriveKey(0, 'test', 'tipped bits'));
  let refused = 0;
  for (let run = 0; run < 150; run++) {
    const bytes = Buffer.from(bars);
    const at = generator.below(bytes.length);
    bytes[at] = bytes[at]! ^ (1 << generator.below(8));
    try {
      const predictor = await openOnnxPredictor(openModel(bytes, 'm.onnx'), 1);
      const { probabilities } = await predictor.predict(new Uint8Array(60), 2);
      assert.is(probabilities.length, 8);
      await predictor.close();
    } catch (error) {
      assert.instance(error, OperationalError, `byte ${at}: ${(error as Error).message}`);
      assert.match((error as Error).message, /^m\.onnx: [^\n]{1,300}$/);
      refused++;
    }
  }
  assert.ok(refused > 30 && refused < 150);
});

test('each kind of foreign file has its own message', async () => {
  const refusals: Readonly<Record<string, string | Uint8Array>> = {
    'is empty; a model written by fmnist-train was expected': '',
    'is no ONNX file, or not a whole one; a model written by fmnist-train was expected':
      readFileSync(join(paths.fixtures, 'tiny.idx')),
    'carries no fmnist metadata; a model written by fmnist-train, or by fmnist-adopt, was expected':
      encodeOnnx(new Graph('empty')),
    'is of model format "2"; this program knows format 1': encodeOnnx(new Graph('empty'), {
      'fmnist.format': '2',
    }),
  };
  for (const [problem, bytes] of Object.entries(refusals))
    assert.is(await troubleOf(() => openModel(Buffer.from(bytes as string), 'm')), `m: ${problem}`);
});

/** A sound file's metadata, as text. */
const sound: Readonly<Record<string, unknown>> = {
  rows: 6,
  columns: 5,
  classes: { names: ['a', 'b'], labels: [3, 9] },
  normalization: scaleToUnit,
  spec: { layers: [] },
  recipe: {},
  lineage: {},
  training: {},
};

const withMetadata = (changes: Readonly<Record<string, unknown>>) => {
  const entries = Object.entries({ ...sound, ...changes })
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => [`fmnist.${key}`, JSON.stringify(value)]);
  return encodeOnnx(new Graph('empty'), { 'fmnist.format': '1', ...Object.fromEntries(entries) });
};

test('sound metadata are taken', () => {
  assert.equal(openModel(withMetadata({ extra: 1 }), 'm').info.classes.labels, [3, 9]);
});

for (const field of Object.keys(sound))
  test(`metadata without ${field}`, async () => {
    assert.is(
      await troubleOf(() => openModel(withMetadata({ [field]: undefined }), 'm')),
      `m: its metadata lack fmnist.${field}; the file is not whole`,
    );
  });

const unsound: readonly [Record<string, unknown>, string][] = [
  [{ rows: 0 }, 'rows is 0; a whole number of at least 1 was expected'],
  [{ columns: 2.5 }, 'columns is 2.5; a whole number of at least 1 was expected'],
  [{ rows: '6' }, 'rows is "6"; a whole number of at least 1 was expected'],
  [
    { normalization: { ...scaleToUnit, deviation: [0] } },
    'normalization: a deviation is 0; a positive one was expected',
  ],
  [
    { normalization: { ...scaleToUnit, per: 'pixel' } },
    'normalization: mean is [0]; a list of 30 finite numbers was expected',
  ],
  [{ classes: [] }, 'classes has no names; a list of names was expected'],
  [
    { classes: { names: [1], labels: [1] } },
    'classes has the names [1]; a list of names was expected',
  ],
  [
    { classes: { names: [], labels: [] } },
    'classes has the names []; a list of names was expected',
  ],
  [
    { classes: { names: ['a', 'b'], labels: [1] } },
    'classes has the labels [1]; one for each of 2 names was expected',
  ],
  [
    { classes: { names: ['a', 'b'], labels: [1, 1] } },
    'classes has the labels [1,1]; ascending whole numbers from 0 to 255 were expected',
  ],
  [
    { classes: { names: ['a', 'b'], labels: [1, 256] } },
    'classes has the labels [1,256]; ascending whole numbers from 0 to 255 were expected',
  ],
  [{ dataset: 5 }, 'dataset is 5; text was expected'],
  [{ synthetic: 'yes' }, 'synthetic is "yes"; true or false was expected'],
  [{ spec: 5 }, 'spec is 5; a JSON object was expected'],
  [{ adopted: null }, 'adopted is null; a JSON object was expected'],
  [{ adopted: 5, spec: undefined }, 'adopted is 5; a JSON object was expected'],
  [{ lineage: [] }, 'lineage is []; a JSON object was expected'],
  [{ training: null }, 'training is null; a JSON object was expected'],
];

for (const [changes, problem] of unsound)
  test(`unsound metadata: ${JSON.stringify(changes)}`, async () => {
    assert.is(
      await troubleOf(() => openModel(withMetadata(changes), 'm')),
      `m: its metadata are unsound: fmnist.${problem}`,
    );
  });

test('metadata that are no JSON', async () => {
  const bytes = encodeOnnx(new Graph('empty'), { 'fmnist.format': '1', 'fmnist.rows': 'six' });
  assert.is(
    await troubleOf(() => openModel(bytes, 'm')),
    'm: its metadata field fmnist.rows is not JSON',
  );
});

test('metadata right, graph wrong', async () => {
  const bare = withMetadata({});
  assert.match(
    await troubleOf(() => openOnnxPredictor(openModel(bare, 'm'), 1)),
    /^m: cannot be run by ONNX Runtime: [^\n]+$/,
  );
  const { info } = openModel(bars, 'bars');
  const { digest: _, ...said } = info;
  const graph = new Graph('other outputs');
  const image = graph.input('image', 'uint8', ['n', 6, 5]);
  const flat = graph.reshape(graph.op('Cast', [image], { to: 1 }), [-1, 30]);
  graph.output('logits', flat, 'float', ['n', 30]);
  const metadata = Object.entries(said).map(([key, value]) => [
    `fmnist.${key}`,
    JSON.stringify(value),
  ]);
  const wide = encodeOnnx(graph, { 'fmnist.format': '1', ...Object.fromEntries(metadata) });
  const predictor = await openOnnxPredictor(openModel(wide, 'm'), 1);
  assert.is(
    await troubleOf(() => predictor.predict(new Uint8Array(30), 1)),
    "m: cannot be run by ONNX Runtime: its output 'logits' is 1 × 30; 1 × 4 floats were expected",
  );
  await predictor.close();
});

test('figures that are not finite do not become null', () => {
  const { info } = openModel(bars, 'bars');
  const { digest: _, ...said } = info;
  const weights = { parameters: new Float32Array(124), statistics: new Float32Array(0) };
  const encode = (changes: Partial<ModelInfo>) => encodeModel({ ...said, ...changes }, weights, '');
  assert.throws(() => encode({ training: { loss: Number.NaN } }), /field 'loss' .* is NaN/);
  assert.equal(encode({}), encode({}));
});

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    assert.instance(error, OperationalError);
    return (error as Error).message;
  }
  return 'nothing was wrong';
}

test.run();
