/** Training step on TensorFlow.js: losses, logits, gradients and batch statistics of a whole batch, all micro-batches at once. */

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
import { imageInputs } from '../../step/batch.js';
import type { TrainingPlan } from '../../step/plan.js';
import type { Predictor } from '../predictor.js';
import type { StepProgram } from '../programs.js';
import { normalizedImages, slotTensors } from './forward.js';

/** Dropout mask of a step. */
export interface StepMask extends MaskPort {
  readonly key: Key;
  /** [...shape, batch], as `dropoutMasks` fills it. */
  readonly values: Float32Array;
}

/** The part of a plan that a step depends on. */
export type TensorFlowStepPlan = Pick<
  TrainingPlan,
  'rows' | 'columns' | 'normalization' | 'seed'
> & {
  readonly recipe: Pick<TrainingPlan['recipe'], 'batch' | 'replicas' | 'teacher'>;
};

/** A step program of all micro-batches of a step together. */
export interface TensorFlowStep extends StepProgram {
  readonly masks: readonly StepMask[];
}

interface StepValues extends Pick<StepProgram, 'image' | 'reduced' | 'targets' | 'parameters'> {
  readonly masks: readonly StepMask[];
  /** [batch, classes] logits of the teacher, where there is one. */
  readonly teacherLogits: Float32Array | undefined;
}

/** Opens the step of a plan's network, at the size of the images of an epoch. teacher: predicts the whole images. */
export function openTensorFlowStep(
  tf: TensorFlow,
  network: Network,
  plan: TensorFlowStepPlan,
  teacher?: Pick<Predictor, 'predict'>,
): TensorFlowStep {
  const { batch } = plan.recipe;
  const { classes } = network;
  // The training graph knows which masks a step is filled.
  const options = { batch: 1, lossScale: 1 };
  const { masks: ports } = trainingGraph(network, plan.normalization, options);
  const masks = ports.map((port) => ({
    ...port,
    key: deriveKey(plan.seed, 'fmnist-train', port.name),
    values: new Float32Array(maskSize(port, batch)),
  }));
  const { image, reduced } = imageInputs(plan, network, batch);
  const targets = new Float32Array(batch * classes);
  const parameters = new Float32Array(network.parameterCount);
  const teacherLogits = teacher && new Float32Array(batch * classes);
  const inputs: StepValues = { image, reduced, targets, masks, parameters, teacherLogits };
  const results = [
    new Float32Array(batch),
    new Float32Array(batch * classes),
    new Float32Array(network.parameterCount),
    new Float32Array(network.statisticCount),
  ] as const;
  const [losses, logits, gradients, statistics] = results;
  return {
    ...{ network, image, reduced, targets, masks, parameters },
    ...{ losses, logits, gradients, statistics },
    prepare: async () => {
      if (teacher) teacherLogits?.set((await teacher.predict(image, batch)).logits);
    },
    run: async () => {
      const outputs = tf.tidy(() => outputsOf(tf, network, plan, inputs));
      try {
        const values = await Promise.all(outputs.map((tensor) => tensor.data()));
        for (const [i, result] of results.entries()) result.set(values[i]!);
      } finally {
        tf.dispose(outputs);
      }
    },
    release: async () => {},
  };
}

/** Losses, logits, gradients and batch statistics, each flat. */
function outputsOf(
  tf: TensorFlow,
  network: Network,
  { normalization, recipe: { batch, replicas, teacher } }: TensorFlowStepPlan,
  { image, reduced, targets, masks, parameters, teacherLogits }: StepValues,
): Tensor[] {
  const input = normalizedImages(tf, reduced ?? image, normalization, network);
  const wanted = tf.tensor2d(targets, [batch, network.classes]);
  const distillation = teacher &&
    teacherLogits && { ...teacher, logits: tf.tensor2d(teacherLogits, [batch, network.classes]) };
  const maskTensors = new Map(masks.map((mask) => [mask.name, maskTensor(tf, mask, batch)]));
  const weights = slotTensors(tf, network.parameters, parameters);
  const trained = network.parameters.filter(({ spec }) => !spec.frozen).map(({ name }) => name);
  const batchStatistics = new Map<string, Tensor>();
  const perSample: Tensor[] = [];

  const meanLoss = (...values: Tensor[]): Scalar => {
    const parameter = (name: string) => (values[trained.indexOf(name)] ?? weights.get(name))!;
    const statistic = (name: string, value: Tensor) => batchStatistics.set(name, tf.keep(value));
    const mask = (name: string) => maskTensors.get(`mask:${name}`)!;
    const training = { microBatches: replicas, statistic, mask };
    const logits = sequenceTensorFlow({ tf, parameter, training }, network.layers, input);
    const own = tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), wanted), 1));
    const losses = distillation ? distilled(tf, own, logits, distillation) : own;
    perSample.push(tf.keep(losses), tf.keep(logits));
    return tf.div(tf.sum(losses), batch);
  };
  const { value, grads } = tf.valueAndGrads(meanLoss)(trained.map((name) => weights.get(name)!));
  value.dispose();
  const statistics = network.statistics.map(({ name }) => batchStatistics.get(name)!);
  const gradients = network.parameters.map(
    ({ name, length }) => grads[trained.indexOf(name)] ?? tf.zeros([length]),
  );
  const outputs = [...perSample, flat(tf, gradients), flat(tf, statistics)];
  tf.dispose([...batchStatistics.values()]);
  return outputs;
}

/** Distillation loss of each sample, (1 − weight) · own + weight · T² · KL(teacher ‖ student): see TeacherSpec. */
function distilled(
  tf: TensorFlow,
  own: Tensor,
  logits: Tensor,
  { logits: teacherLogits, temperature, weight }: TeacherSpec & { readonly logits: Tensor },
): Tensor {
  const [student, teacher] = [logits, teacherLogits].map((of) =>
    tf.logSoftmax(tf.div(of, temperature)),
  ) as [Tensor, Tensor];
  const divergence = tf.sum(tf.mul(tf.exp(teacher), tf.sub(teacher, student)), 1);
  return tf.add(tf.mul(own, 1 - weight), tf.mul(divergence, weight * temperature ** 2));
}

/** Concatenation of all values. */
function flat(tf: TensorFlow, tensors: readonly Tensor[]): Tensor {
  return tensors.length === 0
    ? tf.tensor1d([])
    : tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])));
}

/** Mask in the layout of TensorFlow: from [channels, places, n] to [n, rows, columns, channels]; flat, from [features, n] to [n, features]. */
function maskTensor(tf: TensorFlow, { shape, layout, values }: StepMask, batch: number): Tensor {
  const sizes = [...trainingShape(shape), batch];
  const filled = tf.tensor(values.slice(), sizes);
  if (shape.length === 1) return tf.transpose(filled);
  const [channels, rows, columns] = shape as Shape & [number, number, number];
  const inRows = layout
    ? tf.gather(filled, tf.tensor1d([...pixelPlaces(layout, rows * columns)], 'int32'), 1)
    : filled;
  return tf.reshape(tf.transpose(inRows, [2, 1, 0]), [batch, rows, columns, channels]);
}
