/** Channels of zeros for convolutions that a runtime computes wrongly: in no model file is such a layer, and no result changes. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ensembleModel } from '../../../src/export/ensemble.js';
import { sequenceInference } from '../../../src/model/lowering/sequence.js';
import { createModel, type Model, openModel } from '../../../src/model/model.js';
import { type ModelSpec, shapeNetwork } from '../../../src/model/network.js';
import { cropWeights, padWeights } from '../../../src/model/stored-shape.js';
import { decodeOnnx } from '../../../src/onnx/decode.js';
import { encodeOnnx } from '../../../src/onnx/encode.js';
import { Graph } from '../../../src/onnx/graph.js';
import { paths } from '../../support/paths.js';
import { centred } from '../../support/step.js';

const test = suite('model: stored channels');

/** A model with made-up weights. */
function modelOf(spec: ModelSpec, rows: number, columns: number, classes: number): Model {
  const network = shapeNetwork(spec, { rows, columns, classes });
  const wave = (length: number, mean: number) =>
    Float32Array.from({ length }, (_, i) => mean + 0.1 * Math.sin(12.9898 * i + 1));
  const names = Array.from({ length: classes }, (_, i) => `c${i}`);
  const info = {
    ...{ rows, columns, spec, recipe: {}, training: {}, normalization: centred },
    classes: { names, labels: names.map((_, i) => i) },
    lineage: { history: [], seed: 0, engine: 'none' },
  };
  const weights = {
    parameters: wave(network.parameterCount, 0),
    statistics: wave(network.statisticCount, 1),
  };
  return createModel(info, weights, 'm.onnx');
}

/** Shapes of the convolutions in a file: [filters, channels, side, side]. */
const kernelsOf = (bytes: Uint8Array) =>
  [...decodeOnnx(bytes).weights].flatMap(([, { shape }]) =>
    shape.length === 4 && shape[2]! > 1 ? [shape] : [],
  );

const isWrong = ([filters = 0, channels = 0]: readonly number[]) =>
  channels > 3 && channels % 3 === 0 && channels % 4 !== 0 && filters % 4 === 0;

test('no recipe, no ensemble of them and none with flips has such a layer', () => {
  const folder = join(paths.root, 'src/train/recipes');
  const models = readdirSync(folder).map((file) =>
    modelOf(JSON.parse(readFileSync(join(folder, file), 'utf8')).model, 28, 28, 10),
  );
  const [first, second] = models.filter(({ bytes }) => kernelsOf(bytes).length > 0);
  const both = ensembleModel([first!, second!], 'flip');
  assert.ok(models.some(({ network }) => network.parameters.some(({ shape }) => isWrong(shape))));
  // The type of a node is field 4 of it: candle has no Pad that fills with zeros, and ncnn none along channels.
  const padNode = Buffer.from('\x22\x03Pad');
  for (const { bytes } of [...models, both]) {
    assert.equal(kernelsOf(bytes).filter(isWrong), []);
    assert.not(Buffer.from(bytes).includes(padNode));
  }
});

test('the same weights back, and the same results: of the recipes to the bit', async () => {
  for (const [channels, filters] of [
    [6, 4],
    [9, 64],
    [15, 8],
    [18, 64],
    [27, 4],
    [30, 64],
    [18, 63],
    [12, 8],
  ] as const) {
    const layers = [
      { kind: 'conv', filters: channels },
      { kind: 'relu' },
      { kind: 'conv', filters },
      { kind: 'average-pool' },
      { kind: 'dense', units: 3 },
    ];
    const model = modelOf({ layers }, 9, 8, 3);
    const again = openModel(model.bytes, 'again.onnx');
    assert.equal(again.weights.parameters, model.weights.parameters);
    const plain = new Graph('plain');
    plain.input('image', 'float', ['n', 1, 9, 8]);
    for (const { name, shape, offset, length } of model.network.parameters)
      plain.initializer(name, model.weights.parameters.subarray(offset, offset + length), shape);
    const lowered = sequenceInference(
      { graph: plain, parameter: (name) => name },
      model.network.layers,
      'image',
    );
    plain.output('logits', lowered, 'float', ['n', 3]);
    const bytes = Uint8Array.from({ length: 5 * 72 }, (_, i) => (i * 7919 + 13) % 256);
    const { mean, deviation } = centred;
    const input = Float32Array.from(bytes, (byte) =>
      Math.fround(Math.fround(byte - mean[0]!) / deviation[0]!),
    );
    const run = async (file: Uint8Array, tensor: Tensor) => {
      const session = await InferenceSession.create(file, { intraOpNumThreads: 1 });
      const { logits } = await session.run({ image: tensor }, ['logits']);
      await session.release();
      return logits!.data as Float32Array;
    };
    const got = await run(model.bytes, new Tensor('uint8', bytes, [5, 9, 8]));
    const wanted = await run(
      encodeOnnx(plain, {}, '0'),
      new Tensor('float32', input, [5, 1, 9, 8]),
    );
    // Of the recipes' 18 channels to the bit; elsewhere the runtime may add up in other blocks.
    const off = got.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i]!)), 0);
    assert.ok(off <= (channels === 18 ? 0 : 1e-6), `${channels} → ${filters}: ${off}`);
  }
});

test('zeros behind each axis, and off again; anything else is not taken off', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(sizes, fc.array(fc.nat(2), { minLength: 4, maxLength: 4 }), (shape, more) => {
      const stored = shape.map((size, axis) => size + more[axis]!);
      const length = shape.reduce((a, b) => a * b, 1);
      const values = Float32Array.from({ length }, (_, i) => i - 3);
      const padded = padWeights(values, shape, stored);
      assert.is(
        padded.reduce((a, b) => a + b, 0),
        values.reduce((a, b) => a + b, 0),
      );
      assert.equal(cropWeights(padded, shape, stored), values);
      const last = padded.length - 1;
      if (stored.every((size, axis) => size > shape[axis]!)) {
        padded[last] = 1;
        assert.is(cropWeights(padded, shape, stored), undefined);
      }
    }),
  );
  assert.equal(
    [...padWeights(Float32Array.from([1, 2, 3, 4]), [2, 2], [2, 3])],
    [1, 2, 0, 3, 4, 0],
  );
});

test.run();
