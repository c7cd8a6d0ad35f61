/** One training step on TensorFlow.js: losses, logits, gradients and batch figures of a whole batch, all slices at once. */

import type { Scalar, Tensor } from '@tensorflow/tfjs';
import type { TensorFlow } from '../../model/contexts.js';
import { pixelPlaces } from '../../model/lowering/pixel-layout.js';
import { sequenceTensorFlow } from '../../model/lowering/tensorflow.js';
import {
  type MaskPort,
  maskSize,
  type TeacherSpec,
  trainingGraph,
} from '../../model/lowering/training-graph.js';
import type { Network } from '../../model/network.js';
import { type Shape, trainingShape } from '../../model/shape.js';
import { deriveKey, type Key } from '../../random/key.js';
import { imageInputs, type StepInputs } from '../../step/batch.js';
import type { TrainingPlan } from '../../step/plan.js';
import { normalizedImages, slotTensors } from './forward.js';

export interface StepMask extends MaskPort {
  readonly key: Key;
  /** Laid out as `dropoutMasks` fills them: [...shape, batch]. */
  readonly values: Float32Array;
}

/** To be filled before a run, with the parameters. */
export interface TensorFlowStep extends StepInputs {
  readonly masks: readonly StepMask[];
  readonly parameters: Float32Array;
  /** batch × classes: the teacher's logits, where the plan has one. */
  readonly taught: Float32Array | undefined;
  run(): Promise<StepOutcome>;
}

export interface StepOutcome {
  /** batch */
  readonly losses: Float32Array;
  /** batch × classes */
  readonly logits: Float32Array;
  /** Of the mean of the losses. Flat as the network's slots say; of what is frozen, zeros. */
  readonly gradients: Float32Array;
  /** Means over the slices. Flat as the network's slots say. */
  readonly statistics: Float32Array;
}

export type StepPlan = Pick<
  TrainingPlan,
  'rows' | 'columns' | 'normalization' | 'batch' | 'replicas' | 'seed'
> & { readonly teacher?: TeacherSpec | undefined };

/** The network is the plan's, at the size of the images of an epoch. */
export function openTensorFlowStep(
  tf: TensorFlow,
  network: Network,
  plan: StepPlan,
): TensorFlowStep {
  const { batch, normalization } = plan;
  const { classes } = network;
  // The graph of the other engine knows which masks a step is fed.
  const { masks: ports } = trainingGraph(network, normalization, { batch: 1, lossScale: 1 });
  const masks = ports.map((port) => ({
    ...port,
    key: deriveKey(plan.seed, 'fmnist-train', port.name),
    values: new Float32Array(maskSize(port, batch)),
  }));
  const { image, reduced } = imageInputs(plan, network, batch);
  const targets = new Float32Array(batch * classes);
  const parameters = new Float32Array(network.parameterCount);
  const taught = plan.teacher && new Float32Array(batch * classes);
  const feeds = { image, reduced, targets, masks, parameters, taught };
  return {
    ...feeds,
    async run() {
      const outputs = tf.tidy(() => outputsOf(tf, network, plan, feeds));
      try {
        const [losses, logits, gradients, statistics] = (await Promise.all(
          outputs.map((tensor) => tensor.data()),
        )) as [Float32Array, Float32Array, Float32Array, Float32Array];
        return { losses, logits, gradients, statistics };
      } finally {
        tf.dispose(outputs);
      }
    },
  };
}

function outputsOf(
  tf: TensorFlow,
  network: Network,
  { batch, normalization, replicas, teacher }: StepPlan,
  { image, reduced, targets, masks, parameters, taught }: Omit<TensorFlowStep, 'run'>,
): Tensor[] {
  const input = normalizedImages(tf, reduced ?? image, normalization, network);
  const wanted = tf.tensor2d(targets, [batch, network.classes]);
  const lesson = teacher &&
    taught && { ...teacher, logits: tf.tensor2d(taught, [batch, network.classes]) };
  const maskTensors = new Map(masks.map((mask) => [mask.name, maskTensor(tf, mask, batch)]));
  const weights = slotTensors(tf, network.parameters, parameters);
  const trained = network.parameters.filter(({ spec }) => !spec.frozen).map(({ name }) => name);
  const figures = new Map<string, Tensor>();
  const kept: Tensor[] = [];

  const meanLoss = (...values: Tensor[]): Scalar => {
    const parameter = (name: string) => (values[trained.indexOf(name)] ?? weights.get(name))!;
    const statistic = (name: string, value: Tensor) => figures.set(name, tf.keep(value));
    const mask = (name: string) => maskTensors.get(`mask:${name}`)!;
    const training = { slices: replicas, statistic, mask };
    const logits = sequenceTensorFlow({ tf, parameter, training }, network.layers, input);
    const own = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), wanted), 1));
    const losses = lesson ? distilled(tf, own, logits, lesson) : own;
    kept.push(tf.keep(losses), tf.keep(logits));
    return tf.div(tf.sum(losses), batch);
  };
  const { value, grads } = tf.valueAndGrads(meanLoss)(trained.map((name) => weights.get(name)!));
  value.dispose();
  const statistics = network.statistics.map(({ name }) => figures.get(name)!);
  const gradients = network.parameters.map(
    ({ name, length }) => grads[trained.indexOf(name)] ?? tf.zeros([length]),
  );
  const outputs = [...kept, flat(tf, gradients), flat(tf, statistics)];
  tf.dispose([...figures.values()]);
  return outputs;
}

/** (1 − weight) · own + weight · T² · KL(teacher ‖ student), by sample: see TeacherSpec. */
function distilled(
  tf: TensorFlow,
  own: Tensor,
  logits: Tensor,
  { logits: theirs, temperature, weight }: TeacherSpec & { readonly logits: Tensor },
): Tensor {
  const [student, teacher] = [logits, theirs].map((of) =>
    tf.logSoftmax(tf.div(of, temperature)),
  ) as [Tensor, Tensor];
  const divergence = tf.sum(tf.mul(tf.exp(teacher), tf.sub(teacher, student)), 1);
  return tf.add(tf.mul(own, 1 - weight), tf.mul(divergence, weight * temperature ** 2));
}

/** All values, one tensor behind the other. */
function flat(tf: TensorFlow, tensors: readonly Tensor[]): Tensor {
  return tensors.length === 0
    ? tf.tensor1d([])
    : tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])));
}

/** From the layout of the other engine, [channels, places, n], to [n, rows, columns, channels]; flat: [features, n] to [n, features]. */
function maskTensor(tf: TensorFlow, { shape, order, values }: StepMask, batch: number): Tensor {
  const sizes = [...trainingShape(shape), batch];
  const fed = tf.tensor(values.slice(), sizes);
  if (shape.length === 1) return tf.transpose(fed);
  const [channels, rows, columns] = shape as Shape & [number, number, number];
  const inRows = order
    ? tf.gather(fed, tf.tensor1d([...pixelPlaces(order, rows * columns)], 'int32'), 1)
    : fed;
  return tf.reshape(tf.transpose(inRows, [2, 1, 0]), [batch, rows, columns, channels]);
}
