/** Squeeze and excitation (Hu et al. 2018, https://arxiv.org/abs/1709.01507). */

import type { Tensor } from '@tensorflow/tfjs';
import type { Graph, Value } from '../../onnx/graph.js';
import type { KerasContext, KerasValue, TensorFlowContext } from '../contexts.js';
import type { Layer, TrainingContext, TrainingNodes } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';
import { imageShape, type Shape, trainingShape } from '../shape.js';
import { constant, glorotUniform } from './initial.js';
import { mapByImage } from './per-channel.js';

type Activation = 'relu' | 'silu';

/**
 * Squeeze and excitation: each channel times a gate in (0, 1), σ(W₂ᵀ a(W₁ᵀ mean(x) + b₁) + b₂), from the means of all
 * channels. Shape-preserving, on images. Options: reduction (channels to one hidden unit, default 4), activation a of the
 * hidden units (relu or silu, default relu). Parameters: squeeze.kernel [channels, hidden], squeeze.bias, excite.kernel
 * [hidden, channels], excite.bias.
 */
export function squeezeExcite(options: LayerOptions): Layer {
  const reduction = options.count('reduction', 4);
  const activation = options.choice('activation', ['relu', 'silu'], 'relu');
  const hiddenOf = (channels: number) => Math.max(1, Math.round(channels / reduction));
  return {
    kind: 'squeeze-excite',
    layout: 'preserved',
    outputShape: (input) => imageShape(input, 'squeeze-excite'),
    parameters: ([channels = 0]) => {
      const hidden = hiddenOf(channels);
      const dense = (inputs: number, units: number) => ({
        shape: [inputs, units],
        initial: glorotUniform(inputs, units),
        decay: true,
      });
      return {
        'squeeze.kernel': dense(channels, hidden),
        'squeeze.bias': { shape: [hidden], initial: constant(0) },
        'excite.kernel': dense(hidden, channels),
        'excite.bias': { shape: [channels], initial: constant(0) },
      };
    },
    inference: ({ graph, parameter }, input, [channels = 0]) => {
      const dense = (value: Value, name: string) =>
        graph.op('Gemm', [value, parameter(`${name}.kernel`), parameter(`${name}.bias`)]);
      const means = graph.op('ReduceMean', [input], { axes: [2, 3], keepdims: 0 });
      const { output } = activate(graph, dense(means, 'squeeze'), activation);
      const gates = graph.op('Sigmoid', [dense(output, 'excite')]);
      return graph.op('Mul', [input, graph.reshape(gates, [-1, channels, 1, 1])]);
    },
    training: (context, input, shape) =>
      training(context, input, shape, hiddenOf(shape[0]!), activation),
    keras: (context, input, [channels = 0]) =>
      keras(context, input, channels, hiddenOf(channels), activation),
    tensorflow: (context, input) => tensorflow(context, input, activation),
  };
}

/** Training nodes: two maps and one sum of full size in each direction. */
function training(
  { graph, batch, parameter, gradient, needsInputGradient }: TrainingContext,
  input: Value,
  shape: Shape,
  hidden: number,
  activation: Activation,
): TrainingNodes {
  const [channels = 0, pixels = 1] = trainingShape(shape);
  const perPixel = graph.floats(1 / pixels);
  const dense = (value: Value, name: string, units: number) => {
    const bias = graph.reshape(parameter(`${name}.bias`), [units, 1]);
    return graph.op('Gemm', [parameter(`${name}.kernel`), value, bias], { transA: 1 });
  };
  const denseGradients = (value: Value, outer: Value, name: string) => {
    gradient(`${name}.kernel`, graph.op('Gemm', [value, outer], { transB: 1 }));
    gradient(`${name}.bias`, graph.sum(outer, [1]));
    return graph.op('Gemm', [parameter(`${name}.kernel`), outer]);
  };
  const map = (type: 'Mul' | 'Add', value: Value, operand: Value) =>
    mapByImage(graph, type, value, operand, [channels, pixels, batch]);
  // By channel and image: [channels, n].
  const means = graph.op('Mul', [graph.sum(input, [1]), perPixel]);
  const middle = activate(graph, dense(means, 'squeeze', hidden), activation);
  const gates = graph.op('Sigmoid', [dense(middle.output, 'excite', channels)]);
  return {
    output: map('Mul', input, gates),
    backward: (outer) => {
      const ofGates = graph.sum(graph.op('Mul', [outer, input]), [1]);
      // σ′ = σ − σ²
      const slope = graph.op('Sub', [gates, graph.op('Mul', [gates, gates])]);
      const ofLogits = graph.op('Mul', [ofGates, slope]);
      const ofMiddle = graph.op('Mul', [
        denseGradients(middle.output, ofLogits, 'excite'),
        middle.slope(),
      ]);
      const ofMeans = denseGradients(means, ofMiddle, 'squeeze');
      if (!needsInputGradient) return undefined;
      return map('Add', map('Mul', outer, gates), graph.op('Mul', [ofMeans, perPixel]));
    },
  };
}

function activate(graph: Graph, value: Value, activation: Activation) {
  if (activation === 'relu') {
    const output = graph.op('Relu', [value]);
    // 1 above 0, else 0.
    return { output, slope: () => graph.op('Sign', [output]) };
  }
  const gate = graph.op('Sigmoid', [value]);
  const output = graph.op('Mul', [value, gate]);
  const slope = () =>
    graph.op('Add', [gate, graph.op('Sub', [output, graph.op('Mul', [output, gate])])]);
  return { output, slope };
}

function tensorflow(
  { tf, parameter }: TensorFlowContext,
  input: Tensor,
  activation: Activation,
): Tensor {
  const dense = (value: Tensor, name: string) =>
    tf.add(tf.matMul(value, parameter(`${name}.kernel`)), parameter(`${name}.bias`));
  const hidden = dense(tf.mean(input, [1, 2]), 'squeeze');
  const active = activation === 'relu' ? tf.relu(hidden) : tf.mul(hidden, tf.sigmoid(hidden));
  const gates = tf.sigmoid(dense(active, 'excite'));
  return tf.mul(input, tf.expandDims(tf.expandDims(gates, 1), 1));
}

function keras(
  { add, weight }: KerasContext,
  input: KerasValue,
  channels: number,
  hidden: number,
  activation: Activation,
): KerasValue {
  const dense = (value: KerasValue, name: string, sizes: [number, number], then: string) => {
    const weights = [
      weight('kernel', `${name}.kernel`, sizes),
      weight('bias', `${name}.bias`, sizes.slice(1)),
    ];
    const config = { units: sizes[1], activation: then, use_bias: true };
    return add('Dense', [value], config, { weights, help: name });
  };
  const means = add(
    'GlobalAveragePooling2D',
    [input],
    { data_format: 'channels_last' },
    { help: 'means' },
  );
  const then = activation === 'silu' ? 'swish' : activation;
  const middle = dense(means, 'squeeze', [channels, hidden], then);
  const gates = dense(middle, 'excite', [hidden, channels], 'sigmoid');
  const target_shape = [1, 1, channels];
  const broadcast = add('Reshape', [gates], { target_shape }, { help: 'shares' });
  return add('Multiply', [input, broadcast]);
}
