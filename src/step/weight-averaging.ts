/** Weight averaging (EMA) over the steps of a run: averages are less noisy than the weights, and so often better. */

import type { FieldReader } from '../core/field-reader.js';
import type { ScheduleSpan } from './lr-schedules.js';

/** Section `average` of a recipe. */
export interface AverageSpec {
  /** Share of the average that a step keeps; 1 − decay comes from the weights. */
  readonly decay: number;
  /** Steps from one update of the average to the next. Changes its cost, and hardly its value. */
  readonly everySteps: number;
  /** Share of the run after which averaging begins. */
  readonly from: number;
}

/** Reads the section; nothing where no decay is given. */
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
 * Decay of the average after step `step` (from 0), 0 to 1; undefined where that step does not update it. The last step
 * of an epoch always does, as the average is evaluated there. Up to `from`, and at the first update after it, the average
 * is the weights (0). A young average forgets faster: n steps old, it keeps no more than n / (n + 9) a step, as
 * tf.train.ExponentialMovingAverage does with `num_updates`. One update after k steps uses the decay to the power of k,
 * which is the same as k updates with constant weights.
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

/** Updates an average: average ← decay · average + (1 − decay) · values, in place, from `from` to before `to`. */
export function updateAverage(
  average: Float32Array,
  values: Float32Array,
  decay: number,
  from = 0,
  to = values.length,
): void {
  for (let i = from; i < to; i++) average[i] = decay * average[i]! + (1 - decay) * values[i]!;
}
