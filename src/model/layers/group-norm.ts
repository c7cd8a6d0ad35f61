/** Group normalisation (Wu and He 2018, https://arxiv.org/abs/1803.08494), biased variance. */

import type { Tensor } from '@tensorflow/tfjs';
import type { Graph, Value } from '../../onnx/graph.js';
import type { KerasContext, KerasValue, TensorFlowContext } from '../contexts.js';
import type { Layer, TrainingContext, TrainingNodes } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';
import { type Shape, sizeOf, trainingShape } from '../shape.js';
import { constant } from './initial.js';
import { mapByImage } from './per-channel.js';

/** Options of a group normalisation. */
export interface GroupNormOptions {
  readonly groups: number;
  readonly epsilon: number;
}

/**
 * Group normalisation: y = scale · (x − mean) / √(variance + epsilon) + offset, with mean and variance of each group of
 * channels of each image. Shape-preserving, on images and flat inputs. Options: groups (of neighbouring channels),
 * epsilon (default 1e-5). Parameters: scale, offset [channels].
 */
export function groupNorm(options: LayerOptions): Layer {
  const own = {
    groups: options.count('groups'),
    epsilon: options.numberBelow('epsilon', 0, 1, 1e-5),
  };
  const { groups } = own;
  return {
    kind: 'group-norm',
    layout: 'preserved',
    outputShape: (input) => {
      const [channels = 0] = input;
      if (channels % groups !== 0)
        throw new Error(`group-norm cannot make ${groups} equal groups of ${channels} channels`);
      return input;
    },
    parameters: ([channels = 0]) => ({
      scale: { shape: [channels], initial: constant(1) },
      offset: { shape: [channels], initial: constant(0) },
    }),
    inference: ({ graph, parameter }, input, shape) => {
      const perGroup = (value: number) => graph.floats(new Array<number>(groups).fill(value));
      const grouped = graph.reshape(input, [-1, groups, sizeOf(shape) / groups]);
      const normal = graph.op('InstanceNormalization', [grouped, perGroup(1), perGroup(0)], {
        epsilon: { float: own.epsilon },
      });
      const ones = shape.slice(1).map(() => 1);
      const perChannel = (name: string) => graph.reshape(parameter(name), [shape[0]!, ...ones]);
      const scaled = graph.op('Mul', [graph.reshape(normal, [-1, ...shape]), perChannel('scale')]);
      return graph.op('Add', [scaled, perChannel('offset')]);
    },
    training: (context, input, shape) => training(context, input, shape, own),
    keras: (context, input, shape) => keras(context, input, shape, own),
    tensorflow: (context, input) => tensorflow(context, input, own),
  };
}

/**
 * Training nodes. With x̂ = (x − mean) · inverse: dx = inverse · (γ dy − (Σ γ dy + x̂ Σ (γ dy · x̂)) / size), as maps by
 * channel and image and two sums of each channel of each image; further sums are over values as few as these.
 */
function training(
  { graph, batch, parameter, gradient, needsInputGradient }: TrainingContext,
  input: Value,
  shape: Shape,
  { groups, epsilon }: GroupNormOptions,
): TrainingNodes {
  const [channels = 0, pixels = 1] = trainingShape(shape);
  const size = graph.floats(sizeOf(shape) / groups);
  const times = (a: Value, b: Value) => graph.op('Mul', [a, b]);
  const minus = (a: Value, b: Value) => graph.op('Sub', [a, b]);
  // Values: [channels, pixels, n]; statistics by channel: [groups, channels of each, n]; by group: [groups, 1, n].
  const byChannel = (value: Value) =>
    graph.reshape(graph.sum(value, [1]), [groups, channels / groups, batch]);
  const ofGroup = (sums: Value) => meanOfGroup(graph, sums, size);
  const sizes = [channels, pixels, batch] as const;
  const map = (type: 'Mul' | 'Add', value: Value, operand: Value) =>
    mapByImage(graph, type, value, operand, sizes);
  const perChannel = (name: string) =>
    graph.reshape(parameter(name), [groups, channels / groups, 1]);

  const x = graph.reshape(input, [channels, pixels, batch]);
  const mean = ofGroup(byChannel(x));
  // Mean square − squared mean may dip under 0 by rounding; Relu holds it there.
  const square = ofGroup(byChannel(times(x, x)));
  const variance = graph.op('Relu', [minus(square, times(mean, mean))]);
  const stabilised = graph.op('Add', [variance, graph.floats(epsilon)]);
  const inverse = graph.op('Reciprocal', [graph.op('Sqrt', [stabilised])]);
  const slope = times(perChannel('scale'), inverse);
  const shift = minus(perChannel('offset'), times(mean, slope));
  const layout = [...trainingShape(shape), batch];
  return {
    output: graph.reshape(map('Add', map('Mul', x, slope), shift), layout),
    backward: (outerValue) => {
      const outer = graph.reshape(outerValue, [channels, pixels, batch]);
      const total = byChannel(outer);
      const correlation = times(inverse, minus(byChannel(times(outer, x)), times(mean, total)));
      const overImages = (values: Value) =>
        graph.sum(graph.reshape(values, [channels, batch]), [1]);
      gradient('offset', overImages(total));
      gradient('scale', overImages(correlation));
      if (!needsInputGradient) return undefined;
      const scale = perChannel('scale');
      const meanTotal = times(inverse, ofGroup(times(scale, total)));
      const perInput = times(times(inverse, inverse), ofGroup(times(scale, correlation)));
      const rest = minus(meanTotal, times(mean, perInput));
      // One value a group, applied to all its channels' pixels at once.
      const whole = [groups, (channels / groups) * pixels, batch] as const;
      const x3 = mapByImage(graph, 'Mul', graph.reshape(input, whole), perInput, whole);
      const fromGroup = mapByImage(graph, 'Add', x3, rest, whole);
      const mapped = minus(map('Mul', outer, slope), graph.reshape(fromGroup, sizes));
      return graph.reshape(mapped, layout);
    },
  };
}

/** Means by group: sums [groups, channels of each, n] → [groups, 1, n], divided by `size`. */
function meanOfGroup(graph: Graph, sums: Value, size: Value): Value {
  const total = graph.op('ReduceSum', [sums, graph.integers([1])], { keepdims: 1 });
  return graph.op('Div', [total, size]);
}

function tensorflow(
  { tf, parameter }: TensorFlowContext,
  input: Tensor,
  { groups, epsilon }: GroupNormOptions,
): Tensor {
  const [samples = 0, ...shape] = input.shape;
  const channels = shape.at(-1)!;
  const pixels = sizeOf(shape.slice(0, -1));
  const grouped = tf.reshape(input, [samples, pixels, groups, channels / groups]);
  // First over the pixels: one long sum would lose digits.
  const mean = (values: Tensor) => tf.mean(tf.mean(values, 1, true), 3, true);
  const centred = tf.sub(grouped, mean(grouped));
  const inverse = tf.rsqrt(tf.add(mean(tf.square(centred)), epsilon));
  const normal = tf.reshape(tf.mul(centred, inverse), input.shape);
  return tf.add(tf.mul(normal, parameter('scale')), parameter('offset'));
}

/**
 * Group normalisation in Keras layers, as TensorFlow.js has no layer for it: a layer normalisation of each group's
 * values, and a batch normalisation with constant statistics for scale and offset by channel.
 */
function keras(
  { add, weight }: KerasContext,
  input: KerasValue,
  shape: Shape,
  { groups, epsilon }: GroupNormOptions,
): KerasValue {
  const { features } = input;
  if (features) throw new Error('TensorFlow.js has the features of a group-norm in another order');
  const [channels = 0, pixels = 1] = trainingShape(shape);
  const each = channels / groups;
  const reshape = (value: KerasValue, help: string, target_shape: readonly number[]) =>
    add('Reshape', [value], { target_shape }, { help });
  const permute = (value: KerasValue, help: string) =>
    add('Permute', [value], { dims: [2, 1, 3] }, { help });
  const grouped = permute(reshape(input, 'groups', [pixels, groups, each]), 'apart');
  const config = { axis: -1, epsilon, center: false, scale: false };
  const normal = add(
    'LayerNormalization',
    [reshape(grouped, 'flat', [groups, pixels * each])],
    config,
    { help: 'normal' },
  );
  const together = permute(reshape(normal, 'again', [groups, pixels, each]), 'together');
  const [, rows, columns] = shape;
  const image = reshape(
    together,
    'image',
    rows === undefined ? [channels] : [rows, columns!, channels],
  );
  const fixed = (name: string, value: number) => ({
    name,
    shape: [channels],
    source: new Float32Array(channels).fill(value),
  });
  const weights = [
    weight('gamma', 'scale', [channels]),
    weight('beta', 'offset', [channels]),
    fixed('moving_mean', 0),
    fixed('moving_variance', 1),
  ];
  const map = { axis: -1, momentum: 0.99, epsilon: 0, center: true, scale: true };
  return add('BatchNormalization', [image], map, { weights });
}
