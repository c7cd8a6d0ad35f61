/** The layers in TensorFlow.js operations: what an engine on TensorFlow runs, forwards; TensorFlow.js derives the gradients by itself. */

import type { Tensor } from '@tensorflow/tfjs';
import type { Shape } from '../layer.js';
import type { ShapedLayer } from './sequence.js';

/** The library itself, handed in: with a native backend where that is installed, or plain, as in tests. */
export type TensorFlow = typeof import('@tensorflow/tfjs');

/** Here the samples stand first and the channels last: images are [n, rows, columns, channels], flat values [n, features]. */
export interface TensorFlowContext {
  readonly tf: TensorFlow;
  /** A parameter or statistic of the layer, in the shape its specification gives. */
  parameter(name: string): Tensor;
  /** What there is in training only. */
  readonly training: TensorFlowTraining | undefined;
}

export interface TensorFlowTraining {
  /** Equal parts of the batch, one behind the other, each with batch figures of its own. */
  readonly slices: number;
  /** Hands over the batch's figure for a statistic: the mean of the slices' figures. */
  statistic(name: string, value: Tensor): void;
  /** A multiplicative dropout mask, laid out like a value of that shape; asked for as in `TrainingContext`. */
  mask(name: string, shape: Shape, rate: number): Tensor;
}

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
