/** One slice of a training step on one single-threaded ONNX Runtime session, with its inputs and outputs laid out once. */

import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { maskSize, trainingGraph } from '../../model/lowering/training-graph.js';
import type { Network } from '../../model/network.js';
import { trainingShape } from '../../model/shape.js';
import { encodeOnnx } from '../../onnx/encode.js';
import { deriveKey, type Key } from '../../random/key.js';
import { imageInputs } from '../../step/batch.js';
import type { TrainingPlan } from '../../step/plan.js';
import { blockSize } from './block-size.js';
import { loadOnnxRuntime, singleThread } from './runtime.js';

export interface SliceMask {
  readonly key: Key;
  readonly rate: number;
  readonly values: Float32Array;
}

export interface SliceSession {
  readonly network: Network;
  /** What to fill before a run: sliceSize × pixels bytes, sliceSize × classes targets, masks, all parameters. */
  readonly image: Uint8Array;
  /** These too, where the network is for smaller images than the plan's. */
  readonly reduced: Uint8Array | undefined;
  readonly targets: Float32Array;
  readonly masks: readonly SliceMask[];
  readonly parameters: Float32Array;
  /** What a run fills. Flat as the network's slots say. */
  readonly gradients: Float32Array;
  readonly statistics: Float32Array;
  readonly losses: Float32Array;
  readonly logits: Float32Array;
  /** Between filling and running: asks the teacher, where there is one, about the images. Needs no parameters. */
  prepare(): Promise<void>;
  run(): Promise<void>;
  release(): Promise<void>;
}

/** The network is the plan's, at the size of the images of an epoch. */
export async function openSliceSession(
  network: Network,
  plan: TrainingPlan,
): Promise<SliceSession> {
  const ort = await loadOnnxRuntime();
  const size = plan.batch / plan.replicas;
  const { rows, columns, classes } = network;
  const { graph, masks: ports } = trainingGraph(network, plan.normalization, {
    batch: size,
    lossScale: plan.batch,
    teacher: plan.teacher,
    block: await blockSize(),
  });
  const session = await ort.InferenceSession.create(encodeOnnx(graph), singleThread);
  const { image, reduced } = imageInputs(plan, network, size);
  const targets = new Float32Array(size * classes);
  const masks = ports.map((port) => ({
    key: deriveKey(plan.seed, 'fmnist-train', port.name),
    rate: port.rate,
    values: new Float32Array(maskSize(port, size)),
  }));
  const parameters = new Float32Array(network.parameterCount);
  const gradients = new Float32Array(network.parameterCount);
  const statistics = new Float32Array(network.statisticCount);
  const losses = new Float32Array(size);
  const logits = new Float32Array(size * classes);

  const floats = (values: Float32Array, shape: readonly number[]) =>
    new ort.Tensor('float32', values, shape);
  const feeds: Record<string, Tensor> = {
    image: new ort.Tensor('uint8', reduced ?? image, [size, rows, columns]),
    targets: floats(targets, [size, classes]),
  };
  for (const [i, port] of ports.entries())
    feeds[port.name] = floats((masks[i] as SliceMask).values, [...trainingShape(port.shape), size]);
  const fetches: Record<string, Tensor> = {
    losses: floats(losses, [size]),
    logits: floats(logits, [size, classes]),
  };
  for (const { name, shape, offset, length, spec } of network.parameters) {
    feeds[name] = floats(parameters.subarray(offset, offset + length), shape);
    if (spec.frozen) continue;
    fetches[`gradient:${name}`] = floats(gradients.subarray(offset, offset + length), shape);
  }
  for (const { name, shape, offset, length } of network.statistics)
    fetches[`statistic:${name}`] = floats(statistics.subarray(offset, offset + length), shape);
  const teacher = plan.teacher && {
    image: new ort.Tensor('uint8', image, [size, plan.rows, plan.columns]),
    logits: new Float32Array(size * classes),
    session: await ort.InferenceSession.create(new Uint8Array(plan.teacher.model), singleThread),
  };
  if (teacher) feeds.teacher = floats(teacher.logits, [size, classes]);
  const prepare = async () => {
    if (!teacher) return;
    const { logits: said } = await teacher.session.run({ image: teacher.image });
    teacher.logits.set(said?.data as Float32Array);
  };
  const run = async () => {
    await (session as InferenceSession).run(feeds, fetches);
  };
  const release = async () => {
    await session.release();
    await teacher?.session.release();
  };
  const filled = { image, reduced, targets, masks, parameters };
  const filledByRun = { gradients, statistics, losses, logits };
  return { network, ...filled, ...filledByRun, prepare, run, release };
}
