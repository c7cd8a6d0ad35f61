/** Weights of LayersModels: ours come back to the last bit, foreign ones give the predictions that TensorFlow.js gives. */

import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeLayersModel, layersModelFiles } from '../../../../src/export/tfjs/layers-model.js';
import { LayersModel } from '../../../../src/export/tfjs/layers-model-read.js';
import { encodeModel } from '../../../../src/model/model-file.js';
import type { Network, Slot } from '../../../../src/model/network.js';
import { shapeNetwork } from '../../../../src/model/network.js';
import { largestDifference } from '../../../support/engine-agreement.js';
import { layerModels } from '../../../support/layer-models.js';
import { predicted } from '../../../support/predicted.js';
import { smallImages, smallModel, smallSize } from '../../../support/small-model.js';

const test = suite('LayersModel, read');
await tf.setBackend('cpu');

/** The flat arrays of a network with every slot filled. */
function flat(network: Network, values: ReadonlyMap<string, Float32Array>) {
  const of = (slots: readonly Slot<unknown>[]) =>
    Float32Array.from(slots.flatMap(({ name }) => Array.from(values.get(name) ?? [])));
  return { parameters: of(network.parameters), statistics: of(network.statistics) };
}

for (const [name, layers] of Object.entries(layerModels))
  test(`ours: ${name}`, () => {
    const { info, network, weights } = smallModel(layers);
    const files = encodeLayersModel(info, network, weights, '0');
    const model = LayersModel.parse(files.json);
    assert.equal(model.paths, [layersModelFiles.weights]);
    assert.equal(model.normalization, info.normalization);
    const read = model.weightsFor(network, new Map([[layersModelFiles.weights, files.weights]]));
    assert.equal(flat(network, read), weights);
  });

/** As TensorFlow.js saves a model: text of model.json, files. */
async function saved(model: tf.LayersModel) {
  let result: { json: string; files: Map<string, Uint8Array> } | undefined;
  await model.save(
    tf.io.withSaveHandler(async ({ modelTopology, weightSpecs, weightData }) => {
      const bytes = new Uint8Array(weightData as ArrayBuffer);
      const manifest = [{ paths: ['a.bin', 'b.bin'], weights: weightSpecs }];
      const json = JSON.stringify({
        format: 'layers-model',
        modelTopology,
        weightsManifest: manifest,
      });
      const files = new Map([
        ['a.bin', bytes.subarray(0, 7)],
        ['b.bin', bytes.subarray(7)],
      ]);
      result = { json, files };
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  assert.ok(result);
  return result;
}

function foreign(): tf.Sequential {
  const { rows, columns, classes } = smallSize;
  const kernelInitializer = () => tf.initializers.glorotNormal({ seed: 7 });
  const model = tf.sequential({
    layers: [
      tf.layers.inputLayer({ inputShape: [rows, columns, 1] }),
      tf.layers.rescaling({ scale: 1 / 127.5, offset: -1 }),
      tf.layers.conv2d({
        filters: 4,
        kernelSize: 3,
        padding: 'same',
        activation: 'relu',
        kernelInitializer: kernelInitializer(),
        biasInitializer: 'randomNormal',
      }),
      tf.layers.batchNormalization({
        betaInitializer: 'randomNormal',
        movingMeanInitializer: 'randomNormal',
      }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dropout({ rate: 0.5 }),
      tf.layers.dense({
        units: 5,
        activation: 'relu',
        kernelInitializer: kernelInitializer(),
        biasInitializer: 'randomNormal',
      }),
      tf.layers.dense({
        units: classes,
        activation: 'softmax',
        kernelInitializer: kernelInitializer(),
      }),
    ],
  });
  return model;
}

const sameLayers = [
  { kind: 'conv', filters: 4 },
  { kind: 'relu' },
  { kind: 'batch-norm' },
  { kind: 'max-pool' },
  { kind: 'flatten' },
  { kind: 'dropout', rate: 0.5 },
  { kind: 'dense', units: 5 },
  { kind: 'relu' },
  { kind: 'dense', units: 'classes' },
];

test('a foreign one: its predictions become ours', async () => {
  const count = 6;
  const pixels = smallImages(count);
  const { rows, columns } = smallSize;
  const model = foreign();
  const images = tf.tensor4d(Float32Array.from(pixels), [count, rows, columns, 1]);
  const expected = (model.predict(images) as tf.Tensor).dataSync();
  const { json, files } = await saved(model);

  const { info } = smallModel(sameLayers);
  const network = shapeNetwork({ layers: sameLayers }, smallSize);
  const read = LayersModel.parse(json);
  assert.ok(read.normalization);
  const { mean, deviation, ...rest } = read.normalization;
  assert.equal(rest, { kind: 'standardize', per: 'dataset' });
  assert.ok(largestDifference([...mean, ...deviation], [127.5, 127.5]) < 1e-12);
  const bytes = encodeModel(
    { ...info, normalization: read.normalization },
    flat(network, read.weightsFor(network, files)),
    '0',
  );
  const { probabilities } = await predicted(bytes, pixels, count);
  const difference = largestDifference(probabilities, expected);
  assert.ok(difference < 1e-5, `the probabilities differ by ${difference}`);
});

test('a layer of another size starts afresh', async () => {
  const { json, files } = await saved(foreign());
  const network = shapeNetwork({ layers: sameLayers }, { ...smallSize, classes: 9 });
  const names = [...LayersModel.parse(json).weightsFor(network, files).keys()];
  assert.equal(
    network.parameters.map(({ name }) => name).filter((name) => !names.includes(name)),
    ['dense2.kernel', 'dense2.bias'],
  );
});

test('layers that do not correspond and incomplete files are refused', async () => {
  const { json, files } = await saved(foreign());
  const { network } = smallModel(sameLayers);
  const fault = (changes: (text: string) => string, of = network, held = files) => {
    try {
      LayersModel.parse(changes(json)).weightsFor(of, held);
    } catch (error) {
      assert.instance(error, RangeError);
      return (error as Error).message;
    }
    return undefined;
  };
  assert.is(
    fault((text) => text, smallModel(sameLayers.slice(4)).network),
    'its layers with weights are Conv2D, BatchNormalization, Dense, Dense; Dense, Dense were expected, as in the recipe',
  );
  assert.is(
    fault((text) => text.replaceAll('channelsLast', 'channels_first')) ??
      fault((text) => text.replaceAll('channels_last', 'channels_first')),
    `its layer ${/conv2d_[^"/]*/.exec(json)?.[0]} has the channels first; last was expected`,
  );
  assert.match(
    fault((text) => text, network, new Map([...files].slice(1))) ?? '',
    /^its weights are \d+ bytes; \d+ were expected$/,
  );
  assert.match(
    fault((text) => text.replace('"dtype":"float32"}', '"dtype":"int32"}')) ?? '',
    /^its weights conv2d_.*kernel are int32; float32 was expected$/,
  );
  assert.match(
    fault((text) => text.replace('"dtype":"float32"}', '"dtype":"float32","quantization":{}}')) ??
      '',
    'are quantised; float32 was expected',
  );
  assert.is(
    fault(() => '{'),
    'is not JSON',
  );
  assert.is(
    fault(() => '7'),
    'is no JSON object',
  );
  const none = 'is no LayersModel of TensorFlow.js';
  assert.is(
    fault(() => '{"format":"layers-model"}'),
    none,
  );
  assert.is(
    fault((text) => text.replace('layers-model', 'graph-model')),
    none,
  );
  assert.is(
    fault((text) => text.replace('"shape":[3,3,1,4]', '"shape":[3,-3]')),
    none,
  );
  assert.is(
    fault((text) => text.replace('"layers"', '"strata"')),
    'its topology has no list of layers',
  );
});

test.run();
