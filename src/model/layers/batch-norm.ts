/** Batch normalisation by channel (Ioffe and Szegedy 2015, https://arxiv.org/abs/1502.03167), biased variance throughout, running statistics as in Keras. */

import type { GradSaveFunc, Tensor } from '@tensorflow/tfjs';
import type { TensorFlowContext } from '../contexts.js';
import type { Layer } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';
import { sizeOf } from '../shape.js';
import { batchNormPoolTraining, batchNormTraining } from './batch-norm-training.js';
import { constant } from './initial.js';

/**
 * Batch normalisation: y = scale · (x − mean) / √(variance + epsilon) + offset, with batch statistics in training and
 * running statistics in inference. Shape-preserving, on images and flat inputs. Options: momentum (of the running
 * statistics, default 0.99), epsilon (default 1e-3), scale (learnt, or fixed at 1; default true). Parameters: scale,
 * offset [channels]; running statistics: mean, variance [channels].
 */
export function batchNorm(options: LayerOptions): Layer {
  const momentum = options.numberBelow('momentum', 0, 1, 0.99);
  const epsilon = options.numberBelow('epsilon', 0, 1, 1e-3);
  const scaled = options.flag('scale', true);
  return {
    kind: 'batch-norm',
    layout: 'preserved',
    elementwise: 'inference',
    monotonicWhen: (values) => !scaled || values('scale').every((slope) => slope > 0),
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
    training: (context, input, shape) => batchNormTraining(context, input, shape, epsilon, scaled),
    fuseTraining: ({ layer: { poolingWindow }, output }) =>
      poolingWindow === undefined
        ? undefined
        : (context, input, shape) =>
            batchNormPoolTraining(context, input, shape, poolingWindow, output, epsilon, scaled),
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

/**
 * Batch normalisation in TensorFlow.js; each micro-batch is a slice, normalised by its own statistics. The gradient is
 * written out: TensorFlow.js would derive one of three times the work, and would sum all values of a channel at once,
 * which in single precision loses up to 1e-4 of a sum. Here each image's are summed first.
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
  const { microBatches, statistic } = training;
  const [samples = 0, ...shape] = input.shape;
  const channels = shape.at(-1)!;
  const perMicroBatch = [
    microBatches,
    samples / microBatches,
    sizeOf(shape.slice(0, -1)),
    channels,
  ];
  const mean = (values: Tensor) => tf.mean(tf.mean(values, 2, true), 1, true);
  const overMicroBatches = (values: Tensor) => tf.reshape(tf.mean(values, 0), [channels]);
  const count = input.size / channels;

  const normalise = tf.customGrad((...args) => {
    const [x, slope, shift, save] = args as [Tensor, Tensor, Tensor, GradSaveFunc];
    const centred = tf.sub(x, mean(x));
    const variance = mean(tf.square(centred));
    statistic('mean', overMicroBatches(mean(x)));
    statistic('variance', overMicroBatches(variance));
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
          tf.mul(overMicroBatches(correlation), count),
          tf.mul(overMicroBatches(total), count),
        ];
      },
    };
  });
  return tf.reshape(normalise(tf.reshape(input, perMicroBatch), scale, offset), input.shape);
}
