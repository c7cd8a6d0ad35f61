/** Data-parallel training on worker threads, each with a single-threaded ONNX Runtime session on its slices of the batch. */

import './no-telemetry.js';
import { Worker } from 'node:worker_threads';
import { initialParameters, initialStatistics, shapeNetwork } from '../../model/network.js';
import { imageSample } from '../../step/image-sample.js';
import { validationChunk } from '../../step/loss.js';
import { createOptimizer } from '../../step/optimizers.js';
import type { TrainingImages, TrainingPlan } from '../../step/plan.js';
import { sharedDoubles } from '../../step/shared-memory.js';
import {
  DivergedError,
  type Engine,
  type EpochPlan,
  type EpochProgress,
  type Trainer,
  type TrainerState,
} from '../engine.js';
import { Barrier } from '../parallel/barrier.js';
import { control, createMemory, type TrainingMemory } from '../parallel/memory.js';
import { restoreState, stateArrays } from '../state.js';
import { loadOnnxRuntime } from './runtime.js';
import type { TrainingReply, TrainingRequest, TrainingWorkerStart } from './worker.js';

export const onnxRuntimeEngine: Engine = { name: 'onnxruntime', createTrainer };

/** How often progress is told and an end is asked for, in milliseconds. */
const tick = 100;

async function createTrainer(plan: TrainingPlan, images: TrainingImages): Promise<Trainer> {
  // Here first, though only the workers use it: its absence is an error whose class would not survive the way out of a worker.
  await loadOnnxRuntime();
  const network = shapeNetwork(plan.spec, plan);
  const optimizer = createOptimizer(plan.optimizer);
  const memory = createMemory(network, plan, optimizer.stateArrays, images.count);
  memory.parameters.set(initialParameters(network, plan.seed, imageSample(plan, images)));
  memory.statistics.set(initialStatistics(network));
  memory.judged.parameters.set(memory.parameters);
  memory.judged.statistics.set(memory.statistics);
  const team = await Team.start(plan, images, memory);
  return {
    runEpoch: (epoch) => runEpoch(team, memory, plan, epoch),
    evaluate: (set) => judge(team, set),
    weights: () => ({
      parameters: new Float32Array(memory.judged.parameters),
      statistics: new Float32Array(memory.judged.statistics),
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
  const { progress: begun } = epoch;
  memory.order.set(epoch.permutation);
  memory.epochFigures.set([begun.loss, begun.correct]);
  memory.control.fill(0);
  Atomics.store(memory.control, control.stepsDone, begun.steps);
  const figures = () => {
    const [loss = 0, correct = 0] = memory.epochFigures;
    return { steps: Atomics.load(memory.control, control.stepsDone), loss, correct };
  };
  const timer = setInterval(() => {
    const { steps, loss, correct } = figures();
    const seen = Math.max(1, steps) * plan.batch;
    epoch.onProgress?.(steps, loss / seen, correct / seen);
    if (epoch.shouldStop?.()) Atomics.store(memory.control, control.stopAsked, 1);
  }, tick);
  try {
    const { epoch: number, firstStep, steps, rateFactor } = epoch;
    const replies = await team.ask({
      type: 'epoch',
      epoch: number,
      firstStep,
      begun: begun.steps,
      steps,
      rateFactor,
    });
    for (const reply of replies)
      if (reply.type === 'diverged') throw new DivergedError(reply.step, reply.loss);
  } finally {
    clearInterval(timer);
  }
  const outcome = figures();
  if (!memory.parameters.every(Number.isFinite))
    throw new DivergedError(epoch.firstStep + outcome.steps, Number.NaN);
  return outcome;
}

/** The memory's own arrays, not copies. */
function stateOf(
  { parameters, statistics, judged, optimizerState }: TrainingMemory,
  { average }: TrainingPlan,
): TrainerState {
  return stateArrays({ parameters, statistics }, average && judged, optimizerState);
}

async function judge(team: Team, images: TrainingImages) {
  const chunks = Math.ceil(images.count / validationChunk);
  const figures = sharedDoubles(2 * chunks);
  await team.ask({ type: 'judge', images, figures });
  let [loss, right] = [0, 0];
  for (let chunk = 0; chunk < chunks; chunk++) {
    loss += figures[2 * chunk]!;
    right += figures[2 * chunk + 1]!;
  }
  return { loss: loss / images.count, accuracy: right / images.count };
}

/** The workers of a run: all are asked the same thing, all answer, or the first failure is everybody's. */
class Team {
  #failure: Error | undefined;

  private constructor(
    readonly workers: readonly Worker[],
    readonly barrier: Barrier,
  ) {
    const fail = (error: Error) => {
      this.#failure ??= error;
      barrier.break();
    };
    for (const worker of workers) {
      worker.on('error', fail);
      worker.on('exit', (code) => fail(new Error(`a training worker ended early (${code})`)));
    }
  }

  static async start(
    plan: TrainingPlan,
    images: TrainingImages,
    memory: TrainingMemory,
  ): Promise<Team> {
    const workers = Array.from({ length: plan.threads }, (_, worker) => {
      const workerData: TrainingWorkerStart = { plan, images, memory, worker };
      return new Worker(new URL('./worker.js', import.meta.url), { workerData });
    });
    const team = new Team(workers, new Barrier(memory.barrier, plan.threads));
    await team.#replies();
    return team;
  }

  async ask(request: TrainingRequest): Promise<TrainingReply[]> {
    // Who has failed between two requests will not answer the next.
    if (this.#failure) throw this.#failure;
    const replies = this.#replies();
    for (const worker of this.workers) worker.postMessage(request);
    return replies;
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  async #replies(): Promise<TrainingReply[]> {
    // All are waited for, though one fails (the broken barrier sees to it that none waits for ever): a thread that is
    // ended while it opens a session can take the process with it.
    const outcomes = await Promise.allSettled(this.workers.map(nextReply));
    const replies = outcomes.flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value] : [],
    );
    if (replies.length === outcomes.length) return replies;
    await this.close();
    throw this.#failure;
  }
}

function nextReply(worker: Worker): Promise<TrainingReply> {
  return new Promise((resolve, reject) => {
    const settle = () => {
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    };
    const onMessage = (reply: TrainingReply) => {
      settle();
      resolve(reply);
    };
    const onError = (error: Error) => {
      settle();
      reject(error);
    };
    const onExit = (code: number) => onError(new Error(`a training worker ended early (${code})`));
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
