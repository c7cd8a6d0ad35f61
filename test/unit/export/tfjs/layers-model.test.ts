/** LayersModels, as TensorFlow.js itself loads and runs them: the same predictions as the model file's. */

import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeLayersModel } from '../../../../src/export/tfjs/layers-model.js';
import type { Normalization } from '../../../../src/idx/normalization.js';
import { largestDifference } from '../../../support/engine-agreement.js';
import { flatHead, layerModels } from '../../../support/layer-models.js';
import { loadedByTensorFlow, predicted } from '../../../support/predicted.js';
import {
  type SmallModel,
  smallImages,
  smallModel,
  smallSize,
} from '../../../support/small-model.js';

const test = suite('LayersModel');
await tf.setBackend('cpu');
const count = 5;
const pixels = smallImages(count);

async function agrees({ info, network, weights, bytes }: SmallModel): Promise<void> {
  const model = await loadedByTensorFlow(encodeLayersModel(info, network, weights, '0'));
  const { rows, columns } = smallSize;
  const images = tf.tensor3d(Float32Array.from(pixels), [count, rows, columns]);
  const output = model.predict(images) as tf.Tensor;
  const difference = largestDifference(
    output.dataSync(),
    (await predicted(bytes, pixels, count)).probabilities,
  );
  assert.ok(difference < 1e-5, `the probabilities differ by ${difference}`);
  assert.equal(model.getUserDefinedMetadata(), { fmnist: JSON.parse(JSON.stringify(info)) });
  assert.equal(model.outputs[0]?.shape, [null, 3]);
}

for (const [name, layers] of Object.entries(layerModels))
  test(name, () => agrees(smallModel(layers)));

test('normalised pixel by pixel', () => {
  const size = smallSize.rows * smallSize.columns;
  const normalization: Normalization = {
    kind: 'standardize',
    per: 'pixel',
    mean: Array.from({ length: size }, (_, p) => 100 + p),
    deviation: Array.from({ length: size }, (_, p) => 30 + p / 2),
  };
  return agrees(smallModel(flatHead, normalization));
});

test('features in the order of Keras through all that may follow a flatten layer', () =>
  agrees(
    smallModel([
      { kind: 'conv', filters: 3 },
      { kind: 'flatten' },
      { kind: 'batch-norm' },
      { kind: 'relu' },
      { kind: 'dropout', rate: 0.5 },
      { kind: 'silu' },
      { kind: 'flatten' },
      { kind: 'residual', layers: [{ kind: 'batch-norm' }, { kind: 'relu' }] },
      { kind: 'dense', units: 'classes' },
    ]),
  ));

test('a layer without equivalent in Keras is named', () => {
  const { info, network, weights } = smallModel(flatHead);
  const layers = network.layers.map(({ layer: { keras: _, ...layer }, ...rest }) => ({
    ...rest,
    layer: { ...layer, kind: 'strange' },
  }));
  assert.throws(
    () => encodeLayersModel(info, { ...network, layers }, weights, '0'),
    /^TensorFlow\.js has no layer for the kind 'strange'$/,
  );
  const twisted = [
    { kind: 'conv', filters: 3 },
    {
      kind: 'residual',
      layers: [{ kind: 'flatten' }, { kind: 'dense', units: 126 }],
      shortcut: [{ kind: 'flatten' }],
    },
    { kind: 'dense', units: 'classes' },
  ];
  const other = smallModel(twisted);
  assert.throws(
    () => encodeLayersModel(other.info, other.network, other.weights, '0'),
    /cannot add features that it has in two orders/,
  );
});

test.run();
