/** What makes a training run the run it is: only the same one may go on from a checkpoint. */

import { version } from '../core/version.js';
import { epochsOfAnyLength } from '../step/lr-schedules.js';
import type { Recipe } from '../step/recipe.js';
import type { InitialWeights } from './initial-weights.js';
import type { Teacher } from './teacher.js';
import type { TrainingData } from './training-data.js';

/**
 * All that the model's bytes depend on, as plain JSON. The normalisation is fixed by recipe and images, and so it is not
 * repeated. The number of threads changes no result and has no place here.
 */
export interface RunIdentity {
  readonly fmnist: string;
  /** `onnxruntime 1.30.0` */
  readonly engine: string;
  readonly seed: number;
  readonly recipe: Recipe;
  /** In words: `SHA-256 …` of the stream, a share of the training images, or none. */
  readonly training: string;
  readonly validation: string;
  /** The weights it began with, `SHA-256 …`, where they were given. */
  readonly init?: string;
  /** The model it learns from, likewise. */
  readonly teacher?: string;
}

export interface RunSettings {
  readonly recipe: Recipe;
  readonly data: Pick<TrainingData, 'training' | 'validation' | 'heldOut'>;
  readonly seed: number;
  /** The engine's. */
  readonly description: string;
  readonly initial: Pick<InitialWeights, 'digest'> | undefined;
  readonly teacher?: Pick<Teacher, 'digest'> | undefined;
}

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
 * How a run differs from the one of a checkpoint in which `begun` epochs have begun, in words, each
 * `recipe.batch was 64 and is 32`. What a recipe is called, and is said to be, is no difference: the model says the last.
 * Nor is another number of epochs where none of those that have begun would have gone another way.
 */
export function differencesOf(then: RunIdentity, now: RunIdentity, begun: number): string[] {
  const { name, describe, epochs, schedule, average, resizing } = now.recipe;
  const fixed = (average?.from ?? 0) > 0 || resizing !== undefined;
  const alike = epochsOfAnyLength(schedule, Math.min(then.recipe.epochs, epochs));
  const free = !fixed && begun <= alike;
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
  return then === now ? [] : [`${path} was ${shown(then)} and is ${shown(now)}`];
}

type Fields = Readonly<Record<string, unknown>>;

/** A list counts as an object with the fields 0, 1, 2, … */
const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

function shown(value: unknown): string {
  if (value === undefined) return 'absent';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > 24 ? `${text.slice(0, 23)}…` : text;
}
