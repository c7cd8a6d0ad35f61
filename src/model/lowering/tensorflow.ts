/** Forward pass in TensorFlow.js operations; TensorFlow.js derives the gradients. */

import type { Tensor } from '@tensorflow/tfjs';
import type { TensorFlowContext } from '../contexts.js';
import type { ShapedLayer } from '../layer.js';

/** Runs a sequence of layers: images [n, rows, columns, channels] or flat values [n, features]. */
export function sequenceTensorFlow(
  context: TensorFlowContext,
  layers: readonly ShapedLayer[],
  input: Tensor,
): Tensor {
  const { tf, training } = context;
  return layers.reduce((value, { name, layer, input: shape }) => {
    const within = (own: string) => (own === '' ? name : `${name}.${own}`);
    return layer.tensorflow(
      {
        tf,
        parameter: (own) => context.parameter(within(own)),
        training: training && {
          microBatches: training.microBatches,
          statistic: (own, figure) => training.statistic(within(own), figure),
          mask: (own, size, rate) => training.mask(within(own), size, rate),
        },
      },
      value,
      shape,
    );
  }, input);
}
