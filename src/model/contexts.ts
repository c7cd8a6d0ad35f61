/** Contexts in which a kind of layer lowers itself to Keras' functional graph and to TensorFlow.js: types alone. */

import type { Tensor } from '@tensorflow/tfjs';
import type { Shape } from './shape.js';

/** A value between two Keras layers: images [n, rows, columns, channels], or flat [n, features]. */
export interface KerasValue {
  /** Name of the layer that gives it. */
  readonly layer: string;
  /**
   * Permutation of the features of a flattened image: for each of Keras' features, the index of ours, since Keras
   * flattens channels last. Undefined: the same order.
   */
  readonly features?: readonly number[] | undefined;
}

/** A weight of a Keras layer. */
export interface KerasWeight {
  /** Keras' name: `kernel`, `gamma`, `moving_mean`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Source of its values: one of our parameters or running statistics, or constants [...shape]. */
  readonly source: KerasSource | Float32Array;
}

/** A parameter or running statistic as the source of a Keras weight. */
export interface KerasSource {
  /** Name of the slot: `conv1.kernel`. */
  readonly slot: string;
  /** Index of each value in the slot, in Keras' order. [values] */
  readonly places: Uint32Array;
}

/** Context of a layer that is lowered to Keras. */
export interface KerasContext {
  /** Adds a Keras layer on top of others. It has the layer's name, with `help` behind it for an auxiliary layer. */
  add(
    className: string,
    inputs: readonly KerasValue[],
    config?: Readonly<Record<string, unknown>>,
    rest?: { readonly weights?: readonly KerasWeight[]; readonly help?: string },
  ): KerasValue;
  /** A Keras weight of values of ours: those of `own`, of that shape, with permuted axes, or the first axis permuted by `features`. */
  weight(
    name: string,
    own: string,
    shape: readonly number[],
    order?: { readonly axes?: readonly number[]; readonly features?: KerasValue['features'] },
  ): KerasWeight;
}

/** The TensorFlow.js library, injected: with a native backend where one is installed, or plain. */
export type TensorFlow = typeof import('@tensorflow/tfjs');

/** Context of a layer that runs in TensorFlow.js. Channels stand last: images are [n, rows, columns, channels], flat values [n, features]. */
export interface TensorFlowContext {
  readonly tf: TensorFlow;
  /** A parameter or running statistic of the layer, in the shape of its specification. */
  parameter(name: string): Tensor;
  /** Present in training only. */
  readonly training: TensorFlowTraining | undefined;
}

/** Training part of the context. */
export interface TensorFlowTraining {
  /** Micro-batches: equal slices of the batch, one behind the other, each normalised by its own batch statistics. */
  readonly microBatches: number;
  /** Reports the batch's value for a running statistic: the mean of the slices' values. */
  statistic(name: string, value: Tensor): void;
  /** A multiplicative dropout mask, laid out like a value of that shape; parameters as in `TrainingContext`. */
  mask(name: string, shape: Shape, rate: number): Tensor;
}
