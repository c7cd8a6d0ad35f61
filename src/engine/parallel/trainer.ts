/** Trainer on a team of workers, whatever the engine: shared memory, epochs, progress, evaluation, state. */

import { initialParameters, initialStatistics, shapeNetwork } from '../../model/network.js';
import { imageSample } from '../../step/image-sample.js';
import { validationChunk } from '../../step/loss.js';
import { createOptimizer } from '../../step/optimizers.js';
import type { TrainingImages, TrainingPlan } from '../../step/plan.js';
import { sharedDoubles } from '../../step/shared-memory.js';
import {
  DivergedError,
  type EpochPlan,
  type EpochProgress,
  type EvaluationResult,
  type Trainer,
  type TrainerState,
} from '../engine.js';
import { restoreState, stateArrays } from '../state.js';
import { control, createMemory, type TrainingMemory } from './memory.js';
import type { WorkerSetup } from './protocol.js';
import type { Team } from './team.js';

/** Milliseconds between two reports of progress. */
const progressInterval = 100;

/** Team of an engine: its size of work and its start. */
export interface TeamOptions {
  /** Program runs that a step's batch is cut into: its micro-batches, or 1 where the engine takes them together. */
  readonly runs: number;
  readonly start: (setup: Omit<WorkerSetup, 'worker'>) => Promise<Team>;
}

/** Opens a trainer with first weights by the plan's seed. */
export async function openTrainer(
  plan: TrainingPlan,
  images: TrainingImages,
  { runs, start }: TeamOptions,
): Promise<Trainer> {
  const network = shapeNetwork(plan.recipe.model, plan);
  const memory = createMemory(network, plan, {
    runs,
    stateArrays: createOptimizer(plan.recipe.optimizer).stateArrays,
    images: images.count,
  });
  memory.parameters.set(initialParameters(network, plan.seed, imageSample(plan, images)));
  memory.statistics.set(initialStatistics(network));
  memory.evaluated.parameters.set(memory.parameters);
  memory.evaluated.statistics.set(memory.statistics);
  const team = await start({ plan, images, memory });
  return {
    runEpoch: (epoch) => runEpoch(team, memory, plan, epoch),
    evaluate: (set) => evaluate(team, set),
    weights: () => ({
      parameters: new Float32Array(memory.evaluated.parameters),
      statistics: new Float32Array(memory.evaluated.statistics),
    }),
    state: () => stateOf(memory, plan),
    restore: (state) => restoreState(stateOf(memory, plan), state),
    close: () => team.close(),
  };
}

async function runEpoch(
  team: Team,
  memory: TrainingMemory,
  plan: TrainingPlan,
  epoch: EpochPlan,
): Promise<EpochProgress> {
  const { progress: earlier } = epoch;
  memory.permutation.set(epoch.permutation);
  memory.epochTotals.set([earlier.loss, earlier.correct]);
  memory.control.fill(0);
  Atomics.store(memory.control, control.stepsDone, earlier.steps);
  const progress = () => {
    const [loss = 0, correct = 0] = memory.epochTotals;
    return { steps: Atomics.load(memory.control, control.stepsDone), loss, correct };
  };
  const timer = setInterval(() => {
    const { steps, loss, correct } = progress();
    const seen = Math.max(1, steps) * plan.recipe.batch;
    epoch.onProgress?.(steps, loss / seen, correct / seen);
    if (epoch.shouldStop?.()) Atomics.store(memory.control, control.stopRequested, 1);
  }, progressInterval);
  try {
    const { epoch: number, firstStep, steps, learningRateFactor } = epoch;
    const done = earlier.steps;
    const request = {
      type: 'epoch',
      epoch: number,
      firstStep,
      done,
      steps,
      learningRateFactor,
    } as const;
    for (const reply of await team.request(request))
      if (reply.type === 'diverged') throw new DivergedError(reply.step, reply.loss);
  } finally {
    clearInterval(timer);
  }
  const after = progress();
  if (!memory.parameters.every(Number.isFinite))
    throw new DivergedError(epoch.firstStep + after.steps, Number.NaN);
  return after;
}

/** State of the trainer: the arrays of the memory, no copies. */
function stateOf(
  { parameters, statistics, evaluated, optimizerState }: TrainingMemory,
  { recipe }: TrainingPlan,
): TrainerState {
  return stateArrays({ parameters, statistics }, recipe.average && evaluated, optimizerState);
}

/** Evaluates a set. Sums are added chunk by chunk, so that they do not depend on the number of workers. */
async function evaluate(team: Team, images: TrainingImages): Promise<EvaluationResult> {
  const chunks = Math.ceil(images.count / validationChunk);
  const totals = sharedDoubles(2 * chunks);
  await team.request({ type: 'evaluate', images, totals });
  let [loss, correct] = [0, 0];
  for (let chunk = 0; chunk < chunks; chunk++) {
    loss += totals[2 * chunk]!;
    correct += totals[2 * chunk + 1]!;
  }
  return { loss: loss / images.count, accuracy: correct / images.count };
}
