/**
 * Models that took long, published beside the records of their training: with them a row of the table of recipes can be
 * judged again in a minute, and a pupil, an ensemble or another seed added to it, on a machine that has not trained them.
 */

import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { AnyRecord } from '../../src/ndjson/records.js';
import { paths } from '../support/paths.js';
import { modelName, type Training } from './run-records.js';
import { ofType } from './store.js';

export const publishedRecipes = join(paths.root, 'test/bench/results/recipes.ndjson');

/** In seconds of training. What takes less is trained again sooner than it is carried about. */
const long = 30 * 60;

/** Copies the models of long trainings among the published records from one folder to another, and removes from that what no record is of. Ensembles are made of them in no time. */
export function keepModels(records: readonly AnyRecord[], from: string, to: string): void {
  const wanted = new Set(
    ofType<Training>(records, 'training')
      .filter(({ trainingSeconds, ensemble }) => trainingSeconds >= long && !ensemble)
      .map((training) => `${modelName(training)}.onnx`),
  );
  for (const file of wanted)
    if (existsSync(join(from, file))) {
      mkdirSync(to, { recursive: true });
      copyFileSync(join(from, file), join(to, file));
    }
  if (!existsSync(to)) return;
  for (const file of readdirSync(to)) if (!wanted.has(file)) rmSync(join(to, file));
}
