/** Embeddings: the input of the last dense layer, with the same predictions as without. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openEmbedder } from '../../../src/engine/onnxruntime/embedder.js';
import { openOnnxPredictor } from '../../../src/engine/onnxruntime/predictor.js';
import { augmentModel } from '../../../src/export/augmented-model.js';
import { openModel } from '../../../src/model/model.js';
import { difference } from '../../support/close.js';
import { smallImages, smallModel } from '../../support/small-model.js';

const test = suite('engine/embedder');
const layers = [
  { kind: 'conv', filters: 4 },
  { kind: 'relu' },
  { kind: 'batch-norm' },
  { kind: 'max-pool' },
  { kind: 'flatten' },
  { kind: 'dense', units: 5 },
  { kind: 'relu' },
  { kind: 'dropout', rate: 0.5 },
  { kind: 'dense', units: 'classes' },
  { kind: 'scale', factor: 0.5 },
];
const [width, classes, count] = [5, 3, 6];
const { network, weights, bytes } = smallModel(layers);

const parameter = (name: string) => {
  const slot = network.parameters.find((known) => known.name === name);
  assert.ok(slot, name);
  return weights.parameters.subarray(slot.offset, slot.offset + slot.length);
};

for (const [name, model] of [
  ['a plain model', bytes],
  ['one with views inside', augmentModel(openModel(bytes, 'm'), 'flip+translate').bytes],
] as const)
  test(`${name}: its last layers make the logits of the embedding`, async () => {
    const images = smallImages(count);
    const plain = await openOnnxPredictor(openModel(model, 'm'), 1);
    const embedder = await openEmbedder(openModel(model, 'm'), 2);
    const expected = await plain.predict(images, count);
    const { embedding, logits, probabilities } = await embedder.predict(images, count);
    await plain.close();
    await embedder.close();
    assert.is(embedding?.length, count * width);
    assert.is(difference(logits, expected.logits, { absolute: 1e-5 }), undefined);
    assert.is(difference(probabilities, expected.probabilities, { absolute: 1e-6 }), undefined);
    const [kernel, bias] = [parameter('dense2.kernel'), parameter('dense2.bias')];
    const made = Float64Array.from({ length: count * classes }, (_, at) => {
      const [i, c] = [Math.floor(at / classes), at % classes];
      let sum = bias[c]!;
      for (let k = 0; k < width; k++) sum += embedding![i * width + k]! * kernel[k * classes + c]!;
      return 0.5 * sum;
    });
    assert.is(difference(made, expected.logits, { relative: 1e-5, absolute: 1e-5 }), undefined);
  });

test.run();
