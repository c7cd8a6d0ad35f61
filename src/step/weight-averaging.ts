/** Averages of the weights over the steps of a run: less noisy than the weights themselves, and so often better. */

import type { FieldReader } from '../core/field-reader.js';
import type { ScheduleSpan } from './lr-schedules.js';

/** The recipe's section `average`. */
export interface AverageSpec {
  /** What is kept of the average at each step; 1 − decay comes from the weights. */
  readonly decay: number;
  /** The average is brought up to date every so many steps. Changes its cost, and hardly its value. */
  readonly everySteps: number;
  /** The share of the run after which averaging begins. */
  readonly from: number;
}

/** Nothing where no decay is given: then the weights are what they are. */
export function readAverage(reader: FieldReader): { readonly average?: AverageSpec } {
  const average = {
    decay: reader.number('decay', { min: 0, max: 0.999999 }, 0),
    everySteps: reader.number('everySteps', { integer: true, min: 1, max: 100000 }, 5),
    from: reader.number('from', { min: 0, max: 0.999 }, 0),
  };
  reader.end('average');
  return average.decay === 0 ? {} : { average };
}

/**
 * What is kept of the average behind step `step` (from 0), 0 to 1; undefined where it is not this step's turn.
 * It is always the turn of an epoch's last step, as the average is judged there. Up to `from`, and at the first turn
 * behind it, the average is the weights (0). A young average forgets faster: n steps old, it keeps no more than
 * n / (n + 9) a step, as tf.train.ExponentialMovingAverage does with `num_updates`. Between two turns the share to the
 * power of the steps that went by is the same as a turn at each of them with weights that stand still.
 */
export function averageDecay(
  { decay, everySteps, from }: AverageSpec,
  step: number,
  { stepsPerEpoch, totalSteps }: ScheduleSpan,
): number | undefined {
  const inEpoch = (step % stepsPerEpoch) + 1;
  const since = inEpoch % everySteps;
  if (since !== 0 && inEpoch !== stepsPerEpoch) return undefined;
  const steps = since === 0 ? everySteps : since;
  const age = step + 1 - steps - Math.floor(from * totalSteps);
  return age <= 0 ? 0 : Math.min(decay, age / (age + 9)) ** steps;
}

/** average ← decay · average + (1 − decay) · values, in place, from `from` to before `to`. */
export function updateAverage(
  average: Float32Array,
  values: Float32Array,
  decay: number,
  from = 0,
  to = values.length,
): void {
  for (let i = from; i < to; i++) average[i] = decay * average[i]! + (1 - decay) * values[i]!;
}
