/** Programs of training on any engine that executes graphs: loss, gradients and batch statistics of a micro-batch are one graph. */

import { maskSize, trainingGraph, validationGraph } from '../../model/lowering/training-graph.js';
import { type Network, type Slot, shapeNetwork } from '../../model/network.js';
import { trainingShape } from '../../model/shape.js';
import { deriveKey } from '../../random/key.js';
import { imageInputs } from '../../step/batch.js';
import { validationChunk } from '../../step/loss.js';
import type { TrainingPlan } from '../../step/plan.js';
import type { Weights } from '../engine.js';
import type { BoundTensor, GraphEngine } from '../graph-engine.js';
import type { EvaluationProgram, Programs, StepProgram } from '../programs.js';

/** Programs of a plan; each run of the step program is one micro-batch. */
export function graphPrograms(engine: GraphEngine, plan: TrainingPlan): Programs {
  return {
    compileStep: (network) => compileStep(engine, plan, network),
    compileEvaluation: () => compileEvaluation(engine, plan),
  };
}

async function compileStep(
  engine: GraphEngine,
  plan: TrainingPlan,
  network: Network,
): Promise<StepProgram> {
  const { batch, replicas, teacher } = plan.recipe;
  const { rows, columns, classes } = network;
  const size = batch / replicas;
  const { graph, masks: ports } = trainingGraph(network, plan.normalization, {
    batch: size,
    lossScale: batch,
    teacher: plan.teacherModel && teacher,
    convolution: engine.convolution,
  });
  const compiled = await engine.compile(graph);
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

  const inputs: Record<string, BoundTensor> = {
    image: { values: reduced ?? image, shape: [size, rows, columns] },
    targets: { values: targets, shape: [size, classes] },
    ...slotTensors(network.parameters, parameters),
  };
  for (const [i, port] of ports.entries())
    inputs[port.name] = { values: masks[i]!.values, shape: [...trainingShape(port.shape), size] };
  const trained = network.parameters.filter(({ spec }) => !spec.frozen);
  const outputs: Record<string, BoundTensor> = {
    losses: { values: losses, shape: [size] },
    logits: { values: logits, shape: [size, classes] },
    ...slotTensors(trained, gradients, 'gradient:'),
    ...slotTensors(network.statistics, statistics, 'statistic:'),
  };
  const openedTeacher = plan.teacherModel && (await openTeacher(engine, plan, image, size));
  if (openedTeacher) inputs.teacher = { values: openedTeacher.logits, shape: [size, classes] };
  return {
    ...{ network, image, reduced, targets, masks, parameters },
    ...{ gradients, statistics, losses, logits },
    prepare: async () => openedTeacher?.run(),
    run: compiled.bind(inputs, outputs),
    release: async () => {
      await compiled.release();
      await openedTeacher?.release();
    },
  };
}

/** Opens the teacher on the whole images of a micro-batch, whatever the size that the student sees. */
async function openTeacher(
  engine: GraphEngine,
  { teacherModel, rows, columns, classes }: TrainingPlan,
  image: Uint8Array,
  size: number,
) {
  const compiled = await engine.compile(new Uint8Array(teacherModel!));
  const logits = new Float32Array(size * classes);
  const run = compiled.bind(
    { image: { values: image, shape: [size, rows, columns] } },
    { logits: { values: logits, shape: [size, classes] } },
  );
  return { logits, run, release: () => compiled.release() };
}

async function compileEvaluation(
  engine: GraphEngine,
  { recipe, rows, columns, classes, normalization }: TrainingPlan,
): Promise<EvaluationProgram> {
  const network = shapeNetwork(recipe.model, { rows, columns, classes });
  const compiled = await engine.compile(validationGraph(network, normalization));
  const pixels = rows * columns;
  const image = new Uint8Array(validationChunk * pixels);
  const logits = new Float32Array(validationChunk * classes);
  const load = (weights: Weights) => {
    const inputs = {
      ...slotTensors(network.parameters, new Float32Array(weights.parameters)),
      ...slotTensors(network.statistics, new Float32Array(weights.statistics)),
    };
    return {
      logits: async (raw: Uint8Array, count: number) => {
        image.set(raw);
        const result = logits.subarray(0, count * classes);
        const batch = { values: image.subarray(0, count * pixels), shape: [count, rows, columns] };
        await compiled.bind(
          { ...inputs, image: batch },
          { logits: { values: result, shape: [count, classes] } },
        )();
        return result;
      },
      close: () => {},
    };
  };
  return { load };
}

/** Views of flat values, one a slot, named by prefix and slot. */
function slotTensors(
  slots: readonly Slot<unknown>[],
  values: Float32Array,
  prefix = '',
): Record<string, BoundTensor> {
  return Object.fromEntries(
    slots.map(({ name, shape, offset, length }) => [
      `${prefix}${name}`,
      { values: values.subarray(offset, offset + length), shape },
    ]),
  );
}
