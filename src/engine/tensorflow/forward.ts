/** Forward pass of a network on TensorFlow.js: raw bytes in, logits out. */

import type { Tensor } from '@tensorflow/tfjs';
import type { Normalization } from '../../idx/normalization.js';
import type { TensorFlow } from '../../model/contexts.js';
import { sequenceTensorFlow } from '../../model/lowering/tensorflow.js';
import type { Network, Slot } from '../../model/network.js';
import type { Weights } from '../engine.js';

/** Normalised images, (pixel − mean) / standard deviation. pixels: [count, rows, columns] bytes → [count, rows, columns, 1] floats. */
export function normalizedImages(
  tf: TensorFlow,
  pixels: Uint8Array,
  { mean, deviation }: Normalization,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Tensor {
  const shape = mean.length === 1 ? [1] : [rows, columns, 1];
  const bytes = tf.tensor(new Float32Array(pixels), [
    pixels.length / (rows * columns),
    rows,
    columns,
    1,
  ]);
  const floats = (values: readonly number[]) => tf.tensor([...values], shape, 'float32');
  return tf.div(tf.sub(bytes, floats(mean)), floats(deviation));
}

/** Tensors of flat values, each under its slot's name. */
export function slotTensors(
  tf: TensorFlow,
  slots: readonly Slot<unknown>[],
  values: Float32Array,
): Map<string, Tensor> {
  return new Map(
    slots.map(({ name, shape, offset, length }) => [
      name,
      tf.tensor(values.slice(offset, offset + length), [...shape]),
    ]),
  );
}

/** Logits, [count, classes], of images, [count, rows, columns] bytes. To be called within `tf.tidy`. */
export function forward(
  tf: TensorFlow,
  network: Network,
  normalization: Normalization,
  weights: ReadonlyMap<string, Tensor>,
  pixels: Uint8Array,
): Tensor {
  const parameter = (name: string) => weights.get(name)!;
  const input = normalizedImages(tf, pixels, normalization, network);
  return sequenceTensorFlow({ tf, parameter, training: undefined }, network.layers, input);
}

/** Tensors of all weights of a network; the caller disposes of them. */
export function weightTensors(
  tf: TensorFlow,
  network: Network,
  { parameters, statistics }: Weights,
): Map<string, Tensor> {
  return new Map([
    ...slotTensors(tf, network.parameters, parameters),
    ...slotTensors(tf, network.statistics, statistics),
  ]);
}
