/** Identity of a training run: a checkpoint is resumed by a run of the same identity only. */

import { version } from '../core/version.js';
import { lengthIndependentEpochs } from '../step/lr-schedules.js';
import type { Recipe } from '../step/recipe.js';
import type { InitialWeights } from './initial-weights.js';
import type { Teacher } from './teacher.js';
import type { TrainingData } from './training-data.js';

/**
 * Everything that the model's bytes depend on, as plain JSON. The normalisation follows from recipe and images, and is
 * not repeated. The number of threads changes no result and is left out.
 */
export interface RunIdentity {
  readonly fmnist: string;
  /** Name and version, as in `onnxruntime 1.30.0`. */
  readonly engine: string;
  readonly seed: number;
  readonly recipe: Recipe;
  /** Validation images, in words: `SHA-256 …` of the stream, a share of the training images, or none. */
  readonly training: string;
  readonly validation: string;
  /** Initial weights, `SHA-256 …`, where they were given. */
  readonly init?: string;
  /** Teacher, `SHA-256 …`, where there is one. */
  readonly teacher?: string;
}

/** Settings that the identity is made from. */
export interface RunSettings {
  readonly recipe: Recipe;
  readonly data: Pick<TrainingData, 'training' | 'validation' | 'heldOut'>;
  readonly seed: number;
  /** Name and version of the engine. */
  readonly description: string;
  readonly initial: Pick<InitialWeights, 'digest'> | undefined;
  readonly teacher?: Pick<Teacher, 'digest'> | undefined;
}

/** Identity of a run by its settings. */
export function identifyRun({
  recipe,
  data,
  seed,
  description,
  initial,
  teacher,
}: RunSettings): RunIdentity {
  const { training, validation, heldOut } = data;
  const share = heldOut === undefined ? undefined : `a share of ${heldOut}`;
  return {
    fmnist: version(),
    engine: description,
    seed,
    recipe,
    training: `SHA-256 ${training.digest.sha256}`,
    validation: share ?? (validation ? `SHA-256 ${validation.digest.sha256}` : 'none'),
    ...(initial ? { init: `SHA-256 ${initial.digest}` } : {}),
    ...(teacher ? { teacher: `SHA-256 ${teacher.digest}` } : {}),
  };
}

/**
 * Differences between the run of a checkpoint, in which `begun` epochs have begun, and the run that would resume it, each
 * as in `recipe.batch was 64 and is 32`. Name and description of the recipe do not count. Nor does the number of epochs
 * where those that have begun do not depend on it.
 */
export function differencesOf(then: RunIdentity, now: RunIdentity, begun: number): string[] {
  const { name, describe, epochs, schedule, average, resizing } = now.recipe;
  const fixed = (average?.from ?? 0) > 0 || resizing !== undefined;
  const independent = lengthIndependentEpochs(schedule, Math.min(then.recipe.epochs, epochs));
  const free = !fixed && begun <= independent;
  const recipe = { ...then.recipe, name, describe, ...(free ? { epochs } : {}) };
  return differences('', { ...then, recipe }, now);
}

function differences(path: string, then: unknown, now: unknown): string[] {
  if (isObject(then) && isObject(now)) {
    const fields = new Set([...Object.keys(then), ...Object.keys(now)]);
    return [...fields].flatMap((field) =>
      differences(path ? `${path}.${field}` : field, then[field], now[field]),
    );
  }
  return then === now ? [] : [`${path} was ${shortened(then)} and is ${shortened(now)}`];
}

type Fields = Readonly<Record<string, unknown>>;

/** True for objects and lists; a list has the fields 0, 1, 2, … */
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function shortened(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
