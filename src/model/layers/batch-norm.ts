/** Batch normalisation by channel (Ioffe and Szegedy 2015), biased variance throughout, running figures as in Keras. */

import type { Tensor } from '@tensorflow/tfjs';
import type { Value } from '../graph.js';
import type { Layer, LayerOptions, Shape, TrainingContext, TrainingNodes } from '../layer.js';
import type { TensorFlowContext } from '../tensorflow.js';
import { constant } from './initial.js';
import { channelMap, channelRows, fromChannelRows, valuesPerChannel } from './per-channel.js';

/** Options: momentum (of the running figures, default 0.99), epsilon (default 1e-3). Works on images and on flat inputs. */
export function batchNorm(options: LayerOptions): Layer {
  const momentum = options.number('momentum', 0, 1, 0.99);
  const epsilon = options.number('epsilon', 0, 1, 1e-3);
  return {
    kind: 'batch-norm',
    order: 'kept',
    outputShape: (input) => input,
    parameters: ([channels = 0]) => ({
      scale: { shape: [channels], initial: constant(1) },
      offset: { shape: [channels], initial: constant(0) },
    }),
    statistics: ([channels = 0]) => ({
      mean: { shape: [channels], initial: 0, momentum },
      variance: { shape: [channels], initial: 1, momentum },
    }),
    inference: ({ graph, parameter }, input) =>
      graph.op(
        'BatchNormalization',
        [input, ...['scale', 'offset', 'mean', 'variance'].map(parameter)],
        { epsilon: { float: epsilon } },
      ),
    training: (context, input, shape) => training(context, input, shape, epsilon),
    tensorflow: (context, input) => tensorflow(context, input, epsilon),
  };
}

/** With x̂ = (x − mean) · inverse: dx = slope · (dy − (Σdy + x̂ · Σ(dy · x̂)) / count), as two per-channel maps and one sum. */
function training(
  context: TrainingContext,
  input: Value,
  shape: Shape,
  epsilon: number,
): TrainingNodes {
  const { graph, batch, parameter, gradient, statistic, needsInputGradient } = context;
  const [channels = 0] = shape;
  const count = graph.floats(valuesPerChannel(batch, shape));
  const times = (a: Value, b: Value) => graph.op('Mul', [a, b]);
  const perCount = (a: Value) => graph.op('Div', [a, count]);
  const rows = channelRows(graph, input, batch, shape);

  const mean = perCount(graph.sum(rows, [1]));
  // Mean square − squared mean may dip under 0 by rounding; Relu holds it there.
  // A product and a sum take half as long as ReduceSumSquare.
  const squares = graph.sum(times(rows, rows), [1]);
  const variance = graph.op('Relu', [graph.op('Sub', [perCount(squares), times(mean, mean)])]);
  const steadied = graph.op('Add', [variance, graph.floats(epsilon)]);
  const inverse = graph.op('Reciprocal', [graph.op('Sqrt', [steadied])]);
  statistic('mean', mean);
  statistic('variance', variance);
  const slope = times(parameter('scale'), inverse);
  const shift = graph.op('Sub', [parameter('offset'), times(mean, slope)]);
  const output = channelMap(graph, rows, slope, shift, channels);

  return {
    output: fromChannelRows(graph, output, batch, shape),
    backward: (outerValue) => {
      const outer = channelRows(graph, outerValue, batch, shape);
      const total = graph.sum(outer, [1]);
      const withInput = graph.sum(times(outer, rows), [1]);
      const correlation = times(inverse, graph.op('Sub', [withInput, times(mean, total)]));
      gradient('offset', total);
      gradient('scale', correlation);
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

/** Channels stand last; a slice of the batch is one run of rows, normalised by its own figures. */
function tensorflow(
  { tf, parameter, training }: TensorFlowContext,
  input: Tensor,
  epsilon: number,
): Tensor {
  const channels = input.shape.at(-1) as number;
  const rows = tf.reshape(input, [training?.slices ?? 1, -1, channels]);
  const { mean, variance } = training
    ? tf.moments(rows, 1, true)
    : { mean: parameter('mean'), variance: parameter('variance') };
  if (training)
    for (const [name, figure] of Object.entries({ mean, variance }))
      training.statistic(name, tf.mean(figure, [0, 1]));
  const slope = tf.mul(parameter('scale'), tf.rsqrt(tf.add(variance, epsilon)));
  const shift = tf.sub(parameter('offset'), tf.mul(mean, slope));
  return tf.reshape(tf.add(tf.mul(rows, slope), shift), input.shape);
}
