/**
 * Contract of a kind of layer: its shapes, parameters, properties that lowering passes use, and its lowerings to ONNX
 * (inference and training), TensorFlow.js and Keras. One file of src/model/layers/ implements it for each kind.
 */

import type { Tensor } from '@tensorflow/tfjs';
import type { Graph, Value } from '../onnx/graph.js';
import type { Generator } from '../random/generator.js';
import type { KerasContext, KerasValue, TensorFlowContext } from './contexts.js';
import type { ConvolutionLowering } from './convolution-lowering.js';
import type { PixelLayout } from './lowering/pixel-layout.js';
import type { Shape } from './shape.js';

/** Specification of a parameter: learned by gradient descent unless frozen. */
export interface ParameterSpec {
  readonly shape: readonly number[];
  /** Fills in the initial values. values: [...shape], row-major. */
  readonly initial: (values: Float32Array, generator: Generator, images: ImageSample) => void;
  /** Not trained: it has no gradient, and neither optimiser nor weight decay changes it. */
  readonly frozen?: boolean;
  /** Shape in which a model file holds it, with zeros at the end of each axis; `shape` unless given. */
  readonly stored?: readonly number[];
  /** Subject to decoupled weight decay: kernels are, biases and scales are not. */
  readonly decay?: boolean;
}

/** A sample of the training images, normalised, gathered on the first call. pixels: [count, rows, columns]. */
export type ImageSample = () => {
  readonly rows: number;
  readonly columns: number;
  readonly pixels: Float32Array;
};

/** Specification of a running statistic (a buffer without gradient, such as batch norm's running mean). */
export interface RunningStatisticSpec {
  readonly shape: readonly number[];
  readonly initial: number;
  /** Exponential moving average: new value = momentum × old + (1 − momentum) × the batch's. */
  readonly momentum: number;
}

/** Context of a layer that is lowered for inference. Images are [n, channels, rows, columns], flat values [n, features]. */
export interface InferenceContext {
  readonly graph: Graph;
  /** The graph's value of one of the layer's parameters or running statistics. */
  parameter(name: string): Value;
  /** The numbers of a parameter or running statistic, where the graph holds them: in a finished model. */
  values?(name: string): Float32Array;
}

/**
 * Context of a layer that is lowered for training. The samples stand last: images are [channels, pixels, n], flat values
 * [features, n].
 * A pixel of all samples is then one run of memory, so that shifting images copies whole runs,
 * convolutions are single large matrix products, and a channel's sum runs over one axis.
 */
export interface TrainingContext extends InferenceContext {
  /** Samples of a run of the graph: n. */
  readonly batch: number;
  /** The engine's own lowering of convolutions, where it has one. */
  readonly convolution: ConvolutionLowering | undefined;
  /** Layout of the input's pixels, and the one preferred for the output; a layer with layout 'preferred' gives the latter. */
  readonly inputLayout: PixelLayout;
  readonly outputLayout: PixelLayout;
  /** Sizes, along the pixels, of the tiles preferred for the output of such a layer (see window-tiles.ts). */
  readonly outputTiles?: readonly number[] | undefined;
  /** True if the gradient of the input is needed: a layer before this one is trained. */
  readonly needsInputGradient: boolean;
  /** Reports the gradient of a parameter, summed over the batch. */
  gradient(name: string, value: Value): void;
  /** Reports the batch's value for a running statistic. */
  statistic(name: string, value: Value): void;
  /**
   * Declares a multiplicative dropout mask [...shape, n] as an input of the graph: 0 with probability `rate`, else
   * 1 / (1 − rate). `name`: '' for a layer's only mask; `layout`: that of its pixels.
   */
  mask(name: string, shape: Shape, rate: number, layout: PixelLayout): Value;
}

/** Forward and backward pass of a layer: its output, and the gradient of its input from that of its output. */
export interface TrainingNodes {
  /** [...training shape of the output, n] */
  readonly output: Value;
  /** Adds the backward nodes; called once, last layer first. Undefined where the input's gradient is not needed. */
  backward(gradient: Value): Value | undefined;
}

/** The layer behind another, and its output shape. */
export interface NextLayer {
  readonly layer: Layer;
  readonly output: Shape;
}

/** One layer with its options read: ready to be shaped for an input, and lowered. */
export interface Layer {
  readonly kind: string;
  /** Only scale layers may stand before it: its initial weights are computed from the images themselves. */
  readonly mustBeFirst?: boolean;
  /** Layout of the pixels in training: the input's is preserved, or the preferred one of the next layer given; else both are row by row. */
  readonly layout?: 'preserved' | 'preferred';
  /** The layout that training prefers for its input, where not row by row. */
  preferredLayout?(input: Shape): PixelLayout;
  /** Elementwise over pixels (each output depends on the same pixel of the input alone), always or in inference only; the shape stays. */
  readonly elementwise?: 'always' | 'inference';
  /** Training works tile by tile on a tiled value (see window-tiles.ts); the layout stays. */
  readonly tilewise?: true;
  /** Side of the pooling window, of a layer that gives the maximum of windows that do not overlap. */
  readonly poolingWindow?: number;
  /** Monotonic (non-decreasing, elementwise, without parameters): max pooling commutes with it. */
  readonly monotonic?: boolean;
  /** Monotonic for these parameters. */
  monotonicWhen?(values: (name: string) => Float32Array): boolean;
  /** The same layer with its output cropped to the first rows and columns; in inference it may give more. */
  cropOutput?(rows: number, columns: number): Layer;
  /** Output shape for an input shape. Throws an Error where the input does not fit. */
  outputShape(input: Shape): Shape;
  /** Parameters by name, such as `kernel`. */
  parameters(input: Shape): Readonly<Record<string, ParameterSpec>>;
  /** Running statistics by name, such as `mean`. */
  statistics?(input: Shape): Readonly<Record<string, RunningStatisticSpec>>;
  /** Adds the inference nodes: [n, ...input] → [n, ...output]. */
  inference(context: InferenceContext, input: Value, shape: Shape): Value;
  /** Adds the forward nodes of training: [...training shape of the input, n] → TrainingNodes. */
  training(context: TrainingContext, input: Value, shape: Shape): TrainingNodes;
  /** Fusion with the next layer in training, where that is cheaper; the input's layout is the one that the next layer prefers. */
  fuseTraining?(next: NextLayer): Layer['training'] | undefined;
  /** Forward pass in TensorFlow.js: images [n, rows, columns, channels], flat values [n, features]. shape: [channels, rows, columns] or [features]. */
  tensorflow(context: TensorFlowContext, input: Tensor, shape: Shape): Tensor;
  /** Keras layers for LayersModel files; absent where Keras has no equivalent. `within` adds the layers that this one holds. */
  keras?(context: KerasContext, input: KerasValue, shape: Shape, within: KerasSequence): KerasValue;
}

/** A layer with its name in a sequence. */
export interface NamedLayer {
  /** Kind and ordinal, as in `conv1`; parameters are called `conv1.kernel`. */
  readonly name: string;
  readonly layer: Layer;
}

/** A layer with its name, and its shapes in a network. */
export interface ShapedLayer extends NamedLayer {
  readonly input: Shape;
  readonly output: Shape;
}

/** Adds the Keras layers of the layers within a layer. */
export type KerasSequence = (layers: readonly ShapedLayer[], input: KerasValue) => KerasValue;
