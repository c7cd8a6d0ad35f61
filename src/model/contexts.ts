/** Contexts in which a layer kind lowers itself to Keras' functional graph and to TensorFlow.js: types alone. */

import type { Tensor } from '@tensorflow/tfjs';
import type { Shape } from './shape.js';

/** A value between two Keras layers: images [rows, columns, channels], or flat. */
export interface KerasValue {
  /** The layer that gives it. */
  readonly layer: string;
  /**
   * Of flat values that were images: for each of Keras' features the number of ours, as Keras has a pixel's channels
   * side by side. Undefined: the same order.
   */
  readonly features?: readonly number[] | undefined;
}

export interface KerasWeight {
  /** As Keras calls it: `kernel`, `gamma`, `moving_mean`. */
  readonly name: string;
  readonly shape: readonly number[];
  /** Whose values they are: one of our parameters or statistics, or none but these. */
  readonly source: KerasSource | Float32Array;
}

export interface KerasSource {
  /** `conv1.kernel` */
  readonly slot: string;
  /** For each value, in Keras' order, its place in ours. */
  readonly places: Uint32Array;
}

/** What a layer kind says itself with. */
export interface KerasContext {
  /** Puts a Keras layer on top of others. The kind's own layer has its name; one that helps it adds a word of its own. */
  add(
    className: string,
    inputs: readonly KerasValue[],
    config?: Readonly<Record<string, unknown>>,
    rest?: { readonly weights?: readonly KerasWeight[]; readonly help?: string },
  ): KerasValue;
  /** A weight of the kind's own layer: our `own` of that shape, its axes in another order, or its first axis in that of `features`. */
  weight(
    name: string,
    own: string,
    shape: readonly number[],
    order?: { readonly axes?: readonly number[]; readonly features?: KerasValue['features'] },
  ): KerasWeight;
}

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
