/** What is kept of a training and of its judging, and where its model stands. */

import { dirname, join } from 'node:path';
import type { AnyRecord } from '../../src/ndjson/records.js';
import type { Store } from './store.js';

/** What every run is known by. */
export interface RunKey {
  readonly [field: string]: string | number;
  readonly recipe: string;
  readonly seed: number;
  readonly version: string;
  /** Of the training images and, where there are any, of those to validate on. */
  readonly data: string;
}

/** A finished training; `digest` is its recipe's. */
export interface Training extends AnyRecord {
  readonly type: 'training';
  readonly recipe: string;
  readonly name: string;
  readonly seed: number;
  readonly data: string;
  readonly parameters: number;
  readonly epochs: number;
  /** Of the whole command, reading and validating too; absent where it was resumed. */
  readonly seconds?: number;
  /** Of the epochs, validation not counted. */
  readonly trainingSeconds: number;
  /** Of the kept epoch; absent where nothing was held out. */
  readonly validationAccuracy?: number;
  /** Of an ensemble: the digests of its members' recipes. */
  readonly ensemble?: readonly string[];
}

/** A trained model judged on a set. */
export interface Judgement extends AnyRecord {
  readonly type: 'judgement';
  readonly recipe: string;
  readonly seed: number;
  readonly set: string;
  /** What fmnist-eval was told besides: `--tta flip`, or nothing. */
  readonly options: string;
  readonly accuracy: number;
  readonly ece: number;
  readonly images: number;
}

/** A run's model, without `.onnx`. */
export function modelName({
  recipe,
  seed,
  data,
}: Pick<Training, 'recipe' | 'seed' | 'data'>): string {
  return `${recipe}-${data.replace(' ', '-')}-${seed}`;
}

/** Models stand beside the results. */
export const modelFile = ({ file }: Store, key: RunKey) =>
  join(dirname(file), 'models', `${modelName(key)}.onnx`);
