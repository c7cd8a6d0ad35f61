/** What every layer kind tells of itself: the one place to learn how to add a kind is src/model/layers/. */

import type { Tensor } from '@tensorflow/tfjs';
import type { Graph, Value } from '../onnx/graph.js';
import type { Generator } from '../random/generator.js';
import type { KerasContext, KerasValue, TensorFlowContext } from './contexts.js';
import type { ConvolutionLowering } from './convolution-lowering.js';
import type { PixelLayout } from './lowering/pixel-layout.js';
import type { Shape } from './shape.js';

export interface ParameterSpec {
  readonly shape: readonly number[];
  /** Fills the initial values, in row-major order. */
  readonly initial: (values: Float32Array, generator: Generator, images: ImageSample) => void;
  /** Training leaves it as it begins: no gradient is asked for, and no optimiser or weight decay touches it. */
  readonly frozen?: boolean;
  /** Whether decoupled weight decay applies: kernels yes, biases and scales no. */
  readonly decay?: boolean;
}

/** Some of the images that are trained on, normalised: count × rows × columns. Gathered when asked for. */
export type ImageSample = () => {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Float32Array;
};

/** A figure that training follows without gradient: a running mean, say. */
export interface RunningStatisticSpec {
  readonly shape: readonly number[];
  readonly initial: number;
  /** New value = momentum × old + (1 − momentum) × the batch's. */
  readonly momentum: number;
}

export interface InferenceContext {
  readonly graph: Graph;
  /** The graph's value for one of the layer's parameters or statistics. */
  parameter(name: string): Value;
  /** The values themselves, where the graph holds them: those of a finished model. */
  values?(name: string): Float32Array;
}

/**
 * In training the samples stand last: images are [channels, pixels, n], flat values [features, n].
 * A pixel of all samples is then one run of memory, so that shifting images copies whole runs,
 * convolutions are single large matrix products, and a channel's sum runs over one axis.
 */
export interface TrainingContext extends InferenceContext {
  /** Samples a run of the graph. */
  readonly batch: number;
  /** The engine's own way of convolving, where it has one. */
  readonly convolution: ConvolutionLowering | undefined;
  /** The order of the pixels in the input, and the one wanted of the output of a layer whose order is 'preferred'. */
  readonly inputLayout: PixelLayout;
  readonly outputLayout: PixelLayout;
  /** Along its pixels, the sizes of the pieces in which whoever is next would like the output of such a layer (see pieces.ts). */
  readonly outputTiles?: readonly number[] | undefined;
  /** Whether somebody below needs the gradient of this layer's input. */
  readonly needsInputGradient: boolean;
  /** Hands over the gradient of a parameter, summed over the batch. */
  gradient(name: string, value: Value): void;
  /** Hands over the batch's figure for a statistic. */
  statistic(name: string, value: Value): void;
  /**
   * A multiplicative dropout mask [...shape, n] (of the layer's only one the name is ''), fed from outside:
   * 0 with probability `rate`, else 1 / (1 − rate). `order`: that of its pixels.
   */
  mask(name: string, shape: Shape, rate: number, order: PixelLayout): Value;
}

/** Forward value, and the nodes that turn the gradient of that value into the gradient of the input. */
export interface TrainingNodes {
  readonly output: Value;
  /** Called once, in reverse order of the layers. Undefined where the context needs no input gradient. */
  backward(gradient: Value): Value | undefined;
}

/** The layer that follows, and the shape it gives. */
export interface NextLayer {
  readonly layer: Layer;
  readonly output: Shape;
}

/** One layer with its options read, ready to be shaped and lowered. */
export interface Layer {
  readonly kind: string;
  /** It must be the first of all layers, but for scales: its initial weights are made for the images themselves. */
  readonly first?: boolean;
  /** What training does to the order of the pixels: leaves it as it is, or gives the one asked for; else it wants and gives rows. */
  readonly layout?: 'preserved' | 'preferred';
  /** The order in which training wants the pixels of its input, where not row by row. */
  preferredLayout?(input: Shape): PixelLayout;
  /** Each of its values comes from that pixel alone, in training too or in a finished model only; the shape stays. */
  readonly elementwise?: 'always' | 'inference';
  /** Training takes a value in pieces piece by piece (see pieces.ts); the order stays. */
  readonly tilewise?: true;
  /** The side of the windows whose maximum it gives; none of its inputs is in two of them. */
  readonly poolingWindow?: number;
  /** Never falls, value by value, without parameters: before a maximum or after it, the result is the same. */
  readonly monotonic?: boolean;
  /** The same of a layer whose parameters decide it. */
  monotonicWhen?(values: (name: string) => Float32Array): boolean;
  /** The same layer, parameters and all, giving the first rows and columns of its output only; in inference it may give more. */
  cropOutput?(rows: number, columns: number): Layer;
  outputShape(input: Shape): Shape;
  parameters(input: Shape): Readonly<Record<string, ParameterSpec>>;
  statistics?(input: Shape): Readonly<Record<string, RunningStatisticSpec>>;
  /** Inference nodes: [n, ...input] → [n, ...output]. */
  inference(context: InferenceContext, input: Value, shape: Shape): Value;
  training(context: TrainingContext, input: Value, shape: Shape): TrainingNodes;
  /** Lowers this layer and the next one together, where that is cheaper; undefined where it is not. Pixels stand as the next one wants them. */
  fuseTraining?(next: NextLayer): Layer['training'] | undefined;
  /** The same in TensorFlow.js: images [n, rows, columns, channels], flat values [n, features]. `shape` is as everywhere else. */
  tensorflow(context: TensorFlowContext, input: Tensor, shape: Shape): Tensor;
  /** The same as Keras layers, for LayersModel files; absent where there are none like it. `within` says layers that it holds. */
  keras?(context: KerasContext, input: KerasValue, shape: Shape, within: KerasSequence): KerasValue;
}

export interface NamedLayer {
  /** Kind and ordinal, as in `conv1`; parameters are called `conv1.kernel`. */
  readonly name: string;
  readonly layer: Layer;
}

export interface ShapedLayer extends NamedLayer {
  readonly input: Shape;
  readonly output: Shape;
}

/** Says layers within a layer. */
export type KerasSequence = (layers: readonly ShapedLayer[], input: KerasValue) => KerasValue;
