/** Batch normalisation by channel (Ioffe and Szegedy 2015), biased variance throughout, running figures as in Keras. */

import type { GradSaveFunc, Tensor } from '@tensorflow/tfjs';
import type { Value } from '../graph.js';
import {
  type Layer,
  type LayerOptions,
  type Shape,
  sizeOf,
  type TrainingContext,
  type TrainingNodes,
} from '../layer.js';
import type { TensorFlowContext } from '../tensorflow.js';
import { constant } from './initial.js';
import {
  channelMap,
  channelRows,
  channelSums,
  fromChannelRows,
  valuesPerChannel,
} from './per-channel.js';

/** Options: momentum (of the running figures, default 0.99), epsilon (default 1e-3), scale (whether it is learnt, or stays 1; default true). Works on images and on flat inputs. */
export function batchNorm(options: LayerOptions): Layer {
  const momentum = options.number('momentum', 0, 1, 0.99);
  const epsilon = options.number('epsilon', 0, 1, 1e-3);
  const scaled = options.flag('scale', true);
  return {
    kind: 'batch-norm',
    order: 'kept',
    outputShape: (input) => input,
    parameters: ([channels = 0]) => ({
      ...(scaled ? { scale: { shape: [channels], initial: constant(1) } } : {}),
      offset: { shape: [channels], initial: constant(0) },
    }),
    statistics: ([channels = 0]) => ({
      mean: { shape: [channels], initial: 0, momentum },
      variance: { shape: [channels], initial: 1, momentum },
    }),
    inference: ({ graph, parameter }, input, [channels = 0]) =>
      graph.op(
        'BatchNormalization',
        [
          input,
          scaled ? parameter('scale') : graph.floats(new Array<number>(channels).fill(1)),
          ...['offset', 'mean', 'variance'].map(parameter),
        ],
        { epsilon: { float: epsilon } },
      ),
    training: (context, input, shape) => training(context, input, shape, epsilon, scaled),
    keras: ({ add, weight }, input, [channels = 0]) => {
      const { features } = input;
      const own = (name: string, of: string) => weight(name, of, [channels], { features });
      const weights = [
        ...(scaled ? [own('gamma', 'scale')] : []),
        own('beta', 'offset'),
        own('moving_mean', 'mean'),
        own('moving_variance', 'variance'),
      ];
      const config = { axis: -1, momentum, epsilon, center: true, scale: scaled };
      return { ...input, ...add('BatchNormalization', [input], config, { weights }) };
    },
    tensorflow: (context, input) => tensorflow(context, input, epsilon, scaled),
  };
}

/** With x̂ = (x − mean) · inverse: dx = slope · (dy − (Σdy + x̂ · Σ(dy · x̂)) / count), as two per-channel maps and one sum. */
function training(
  context: TrainingContext,
  input: Value,
  shape: Shape,
  epsilon: number,
  scaled: boolean,
): TrainingNodes {
  const { graph, batch, parameter, gradient, statistic, needsInputGradient } = context;
  const [channels = 0] = shape;
  const count = graph.floats(valuesPerChannel(batch, shape));
  const times = (a: Value, b: Value) => graph.op('Mul', [a, b]);
  const perCount = (a: Value) => graph.op('Div', [a, count]);
  const rows = channelRows(graph, input, batch, shape);
  const sum = (values: Value) => channelSums(graph, values, batch, shape);

  const mean = perCount(sum(rows));
  // Mean square − squared mean may dip under 0 by rounding; Relu holds it there.
  // A product and a sum take half as long as ReduceSumSquare.
  const squares = sum(times(rows, rows));
  const variance = graph.op('Relu', [graph.op('Sub', [perCount(squares), times(mean, mean)])]);
  const steadied = graph.op('Add', [variance, graph.floats(epsilon)]);
  const inverse = graph.op('Reciprocal', [graph.op('Sqrt', [steadied])]);
  statistic('mean', mean);
  statistic('variance', variance);
  const slope = scaled ? times(parameter('scale'), inverse) : inverse;
  const shift = graph.op('Sub', [parameter('offset'), times(mean, slope)]);
  const output = channelMap(graph, rows, slope, shift, channels);

  return {
    output: fromChannelRows(graph, output, batch, shape),
    backward: (outerValue) => {
      const outer = channelRows(graph, outerValue, batch, shape);
      const total = sum(outer);
      const withInput = sum(times(outer, rows));
      const correlation = times(inverse, graph.op('Sub', [withInput, times(mean, total)]));
      gradient('offset', total);
      if (scaled) gradient('scale', correlation);
      if (!needsInputGradient) return undefined;
      const perInput = graph.op('Neg', [perCount(times(slope, times(inverse, correlation)))]);
      const fromMean = graph.op('Add', [perCount(times(slope, total)), times(perInput, mean)]);
      const mapped = graph.op('Add', [
        channelMap(graph, outer, slope, graph.op('Neg', [fromMean]), channels),
        times(rows, graph.reshape(perInput, [channels, 1])),
      ]);
      return fromChannelRows(graph, mapped, batch, shape);
    },
  };
}

/**
 * A slice of the batch is one run of samples, normalised by its own figures. With the gradient written out: TensorFlow.js
 * would derive one of three times the work, and would sum all values of a channel in one go, which in single precision
 * loses up to 1e-4 of a sum. Here each image's are summed first.
 */
function tensorflow(
  { tf, parameter, training }: TensorFlowContext,
  input: Tensor,
  epsilon: number,
  scaled: boolean,
): Tensor {
  const offset = parameter('offset');
  const scale = scaled ? parameter('scale') : tf.onesLike(offset);
  if (!training) {
    const slope = tf.mul(scale, tf.rsqrt(tf.add(parameter('variance'), epsilon)));
    return tf.add(tf.mul(tf.sub(input, parameter('mean')), slope), offset);
  }
  const { slices, statistic } = training;
  const [samples = 0, ...shape] = input.shape;
  const channels = shape.at(-1) as number;
  const perSlice = [slices, samples / slices, sizeOf(shape.slice(0, -1)), channels];
  const mean = (values: Tensor) => tf.mean(tf.mean(values, 2, true), 1, true);
  const ofSlices = (figure: Tensor) => tf.reshape(tf.mean(figure, 0), [channels]);
  const count = input.size / channels;

  const normalise = tf.customGrad((...args) => {
    const [x, slope, shift, save] = args as [Tensor, Tensor, Tensor, GradSaveFunc];
    const centred = tf.sub(x, mean(x));
    const variance = mean(tf.square(centred));
    statistic('mean', ofSlices(mean(x)));
    statistic('variance', ofSlices(variance));
    const inverse = tf.rsqrt(tf.add(variance, epsilon));
    const normal = tf.mul(centred, inverse);
    save([normal, tf.mul(slope, inverse)]);
    return {
      value: tf.add(tf.mul(normal, slope), shift),
      gradFunc: (outer, saved) => {
        const [unit, inner] = saved as [Tensor, Tensor];
        const [total, correlation] = [mean(outer), mean(tf.mul(outer, unit))];
        const rest = tf.sub(tf.sub(outer, total), tf.mul(unit, correlation));
        return [
          tf.mul(rest, inner),
          tf.mul(ofSlices(correlation), count),
          tf.mul(ofSlices(total), count),
        ];
      },
    };
  });
  return tf.reshape(normalise(tf.reshape(input, perSlice), scale, offset), input.shape);
}
