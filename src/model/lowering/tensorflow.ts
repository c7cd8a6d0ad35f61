/** The layers in TensorFlow.js operations: what an engine on TensorFlow runs, forwards; TensorFlow.js derives the gradients by itself. */

import type { Tensor } from '@tensorflow/tfjs';
import type { TensorFlowContext } from '../contexts.js';
import type { ShapedLayer } from '../layer.js';

/** The layers one after another: [n, ...input] → [n, ...output]. */
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
          slices: training.slices,
          statistic: (own, figure) => training.statistic(within(own), figure),
          mask: (own, size, rate) => training.mask(within(own), size, rate),
        },
      },
      value,
      shape,
    );
  }, input);
}
