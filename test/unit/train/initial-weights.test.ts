/** Weights to start from: what fits is taken, the rest is as fresh as ever. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeLayersModel } from '../../../src/export/tfjs/layers-model.js';
import { writeLayersModel } from '../../../src/export/tfjs/layers-model-folder.js';
import type { Normalization } from '../../../src/idx/normalization.js';
import { initialParameters, initialStatistics, shapeNetwork } from '../../../src/model/network.js';
import {
  type InitialWeights,
  normalizationOfModel,
  openInitialWeights,
  startFrom,
} from '../../../src/train/initial-weights.js';
import { describeStart } from '../../../src/train/messages.js';
import { smallModel, smallSize } from '../../support/small-model.js';
import { centred } from '../../support/step.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('initial weights');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
test.after(() => rmSync(folder, { recursive: true }));

const layers = [
  { kind: 'conv', filters: 3 },
  { kind: 'batch-norm' },
  { kind: 'flatten' },
  { kind: 'dense', units: 'classes' },
];
const { info, network, weights, bytes } = smallModel(layers);
const modelFile = join(folder, 'model.onnx');
writeFileSync(modelFile, bytes);

test('a model file, and the LayersModel made of it', async () => {
  const layersModel = join(folder, 'layers-model');
  await writeLayersModel(layersModel, encodeLayersModel(info, network, weights, '0'));
  for (const path of [modelFile, layersModel, join(layersModel, 'model.json')]) {
    const initial = await openInitialWeights(path);
    assert.is(initial.source, path);
    assert.match(initial.digest, /^[0-9a-f]{64}$/);
    assert.equal(initial.normalization, centred);
    const starting = startFrom(initial, network, 5);
    assert.equal(starting, { weights, fresh: [], slots: 8 });
    assert.is(describeStart(initial, starting, info), `begins with the weights of ${path}`);
  }
});

test('another number of classes: the last layer gets fresh weights, by the seed', async () => {
  const other = shapeNetwork({ layers }, { ...smallSize, classes: 5 });
  const initial = await openInitialWeights(modelFile);
  const starting = startFrom(initial, other, 5);
  assert.equal(starting.fresh, ['dense1.kernel', 'dense1.bias']);
  const { offset = 0 } = other.parameters.find(({ name }) => name === 'dense1.kernel') ?? {};
  const { parameters, statistics } = starting.weights;
  assert.equal(parameters.subarray(0, offset), weights.parameters.subarray(0, offset));
  assert.equal(parameters.subarray(offset), initialParameters(other, 5).subarray(offset));
  assert.equal(statistics, weights.statistics);
  assert.not.equal(statistics, initialStatistics(other));
  const normalization: Normalization = { ...centred, mean: [100] };
  assert.is(
    describeStart(initial, starting, { normalization }),
    `begins with 6 of 8 weights from ${modelFile}; afresh: dense1.kernel, dense1.bias; it was trained on images normalised by scale(mean 127.5, deviation 127.5), and these are by scale(mean 100, deviation 127.5)`,
  );
});

test('many slots with fresh weights are not all named', () => {
  const initial = { source: 'm', normalization: undefined } as InitialWeights;
  const fresh = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const text = describeStart(initial, { weights, fresh, slots: 8 }, info);
  assert.is(text, 'begins with 1 of 8 weights from m; afresh: a, b, c, d, e, 2 more');
});

test('weights of which none fits, one is not finite, none is there', async () => {
  const other = shapeNetwork(
    { layers: [{ kind: 'flatten' }, { kind: 'dense', units: 9 }] },
    {
      ...smallSize,
      classes: 9,
    },
  );
  const initial = await openInitialWeights(modelFile);
  assert.is(
    await troubleOf(() => startFrom(initial, other, 0)),
    `${modelFile}: none of its weights fits the recipe's layers`,
  );
  const broken = {
    ...initial,
    fitting: () => new Map([['conv1.bias', Float32Array.of(0, NaN, 0)]]),
  };
  assert.is(
    await troubleOf(() => startFrom(broken, network, 0)),
    `${modelFile}: its weights 'conv1.bias' are not finite`,
  );
  assert.match(await troubleOf(() => openInitialWeights(join(folder, 'none'))), 'no such file');
  assert.match(await troubleOf(() => openInitialWeights(folder)), 'model.json: no such file');
});

test('the normalisation that the weights want, where it is one for images of this size', async () => {
  const initial = await openInitialWeights(modelFile);
  const of = (normalization: unknown, pixels: number) =>
    normalizationOfModel({ ...initial, normalization: normalization as Normalization }, pixels);
  const perPixel = { kind: 'scale', per: 'pixel', mean: [0, 1], deviation: [1, 2] };
  assert.equal(of(centred, 9), centred);
  assert.equal(of(perPixel, 2), perPixel);
  assert.is(of(perPixel, 3), undefined);
  assert.is(of(undefined, 3), undefined);
  const fault = await troubleOf(() => of({ ...centred, deviation: [0] }, 9));
  assert.is(
    fault,
    `${modelFile}: its normalisation: a deviation is 0; a positive one was expected`,
  );
});

test.run();
