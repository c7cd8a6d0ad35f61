/** Encoder of a model as a LayersModel of TensorFlow.js: model.json, and the bytes of its weights. */

import { toJson } from '../../core/json.js';
import type { KerasValue, KerasWeight } from '../../model/contexts.js';
import type { ModelInfo } from '../../model/info.js';
import { type KerasLayer, KerasLayers } from '../../model/lowering/keras.js';
import { type ModelWeights, weightsByName } from '../../model/model-weights.js';
import type { Network } from '../../model/network.js';

/** Names of model.json and of the file with weights beside it. */
export const layersModelFiles = { model: 'model.json', weights: 'weights.bin' } as const;

/** Contents of the two files. */
export interface LayersModelFiles {
  readonly json: string;
  /** Little-endian floats, in the order of the manifest. [bytes] */
  readonly weights: Uint8Array;
}

/**
 * Lowers a whole model to Keras layers: pixels 0–255 [n, rows, columns] in, probabilities [n, classes] out, normalisation
 * inside. Throws an Error where a kind of layer has no equivalent in Keras.
 */
export function kerasLayers(
  network: Network,
  normalization: ModelInfo['normalization'],
): readonly KerasLayer[] {
  const collected = new KerasLayers();
  const { rows, columns } = network;
  const image = collected
    .within('image')
    .add('InputLayer', [], { batch_input_shape: [null, rows, columns], sparse: false });
  const input = normalized(collected, image, network, normalization);
  const logits = collected.sequence('', network.layers, input);
  if (logits.features)
    throw new Error('TensorFlow.js has the features of the last layer in another order');
  collected.within('probabilities').add('Activation', [logits], { activation: 'softmax' });
  return collected.layers;
}

/** Normalises [n, rows, columns] → [n, rows, columns, 1]; by pixel as a batch normalisation with constant statistics. */
function normalized(
  collected: KerasLayers,
  image: KerasValue,
  { rows, columns }: Network,
  { mean, deviation }: ModelInfo['normalization'],
): KerasValue {
  const toImage = (value: KerasValue) =>
    collected.within('channel').add('Reshape', [value], { target_shape: [rows, columns, 1] });
  const { add } = collected.within('normalized');
  if (mean.length === 1) {
    const scale = 1 / deviation[0]!;
    return add('Rescaling', [toImage(image)], { scale, offset: -mean[0]! * scale });
  }
  const fixed = (name: string, values: readonly number[]): KerasWeight => ({
    name,
    shape: [values.length],
    source: Float32Array.from(values),
  });
  const flat = collected.within('pixels').add('Flatten', [image]);
  const config = { axis: -1, momentum: 0.99, epsilon: 0, center: false, scale: false };
  const weights = [
    fixed('moving_mean', mean),
    fixed(
      'moving_variance',
      deviation.map((d) => d * d),
    ),
  ];
  return toImage(add('BatchNormalization', [flat], config, { weights }));
}

/** Encodes a model for `tf.loadLayersModel`, with its metadata as user-defined metadata. Throws an Error as `kerasLayers`. */
export function encodeLayersModel(
  info: Omit<ModelInfo, 'digest'>,
  network: Network,
  weights: ModelWeights,
  version: string,
): LayersModelFiles {
  const layers = kerasLayers(network, info.normalization);
  const own = weightsByName(network, weights);
  const stored = layers.flatMap(({ name, weights: all }) =>
    all.map((weight) => ({ entry: `${name}/${weight.name}`, weight })),
  );
  const bytes = Buffer.concat(stored.map(({ weight }) => littleEndian(valuesOf(weight, own))));
  const json = toJson({
    format: 'layers-model',
    generatedBy: `fmnist ${version}`,
    convertedBy: null,
    modelTopology: {
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
      model_config: { class_name: 'Functional', config: topology(layers) },
    },
    weightsManifest: [
      {
        paths: [layersModelFiles.weights],
        weights: stored.map(({ entry, weight: { shape } }) => ({
          name: entry,
          shape,
          dtype: 'float32',
        })),
      },
    ],
    userDefinedMetadata: { fmnist: info },
  });
  return { json: `${json}\n`, weights: bytes };
}

function topology(layers: readonly KerasLayer[]) {
  const [first, last] = [layers[0]!, layers.at(-1)!];
  return {
    name: 'fmnist',
    layers: layers.map(({ name, className, config, inputs }) => ({
      name,
      class_name: className,
      config: { name, trainable: true, dtype: 'float32', ...config },
      inbound_nodes: inputs.length === 0 ? [] : [inputs.map((input) => [input, 0, 0, {}])],
    })),
    input_layers: [[first.name, 0, 0]],
    output_layers: [[last.name, 0, 0]],
  };
}

function valuesOf({ source }: KerasWeight, own: ReadonlyMap<string, Float32Array>): Float32Array {
  if (source instanceof Float32Array) return source;
  const values = own.get(source.slot)!;
  return Float32Array.from(source.places, (place) => values[place]!);
}

function littleEndian(values: Float32Array): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [i, value] of values.entries()) bytes.writeFloatLE(value, 4 * i);
  return bytes;
}
