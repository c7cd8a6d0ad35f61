/** Update of the weights after a step, on one worker's share of them: gradients added in a fixed order, optimiser, average. */

import type { Network } from '../../model/network.js';
import { scheduleFactor } from '../../step/lr-schedules.js';
import { createOptimizer, type UpdateRange } from '../../step/optimizers.js';
import type { TrainingPlan } from '../../step/plan.js';
import { updateRunningStatistics } from '../../step/running-statistics.js';
import { averageDecay, updateAverage } from '../../step/weight-averaging.js';
import type { TrainingMemory } from './memory.js';

/** Updates a worker's share of the weights. step: from 0, over the whole run. */
export interface Updater {
  /** Adds the gradients of the program runs, and updates the parameters and their average. */
  parameters(step: number, learningRateFactor: number): void;
  /** Updates running statistics and their average; worker 0 alone calls it. */
  statistics(step: number): void;
}

/** Opens the update of worker `worker` of the plan's team. */
export function openUpdater(
  network: Network,
  { recipe, span, threads }: TrainingPlan,
  memory: TrainingMemory,
  worker: number,
): Updater {
  const { parameters, statistics, gradients, batchStatistics, optimizerState } = memory;
  const optimizer = createOptimizer(recipe.optimizer);
  const ranges = shareOf(network, worker, threads);
  const count = network.parameterCount;
  const runs = memory.runTotals.length / 2;
  const decayAt = (step: number) => recipe.average && averageDecay(recipe.average, step, span);
  return {
    parameters: (step, learningRateFactor) => {
      const learningRate =
        recipe.optimizer.learningRate *
        learningRateFactor *
        scheduleFactor(recipe.schedule, step, span);
      const decay = decayAt(step);
      for (const range of ranges) {
        for (let run = 1; run < runs; run++) {
          const start = run * count;
          for (let i = range.from; i < range.to; i++)
            gradients[i] = gradients[i]! + gradients[start + i]!;
        }
        const state = optimizerState;
        optimizer.update({ parameters, gradients, state, learningRate, step: step + 1 }, range);
        if (decay !== undefined)
          updateAverage(memory.evaluated.parameters, parameters, decay, range.from, range.to);
      }
    },
    statistics: (step) => {
      updateRunningStatistics(network, statistics, batchStatistics, runs);
      const decay = decayAt(step);
      if (decay !== undefined) updateAverage(memory.evaluated.statistics, statistics, decay);
    },
  };
}

/** Equal share of a worker in all parameters, cut where weight decay begins or ends, frozen ones left out. */
function shareOf(
  { parameters, parameterCount }: Network,
  worker: number,
  workers: number,
): UpdateRange[] {
  const first = Math.floor((parameterCount * worker) / workers);
  const last = Math.floor((parameterCount * (worker + 1)) / workers);
  return parameters
    .filter(({ spec }) => !spec.frozen)
    .map(({ offset, length, spec }) => ({
      from: Math.max(first, offset),
      to: Math.min(last, offset + length),
      decay: spec.decay ?? false,
    }))
    .filter(({ from, to }) => from < to);
}
