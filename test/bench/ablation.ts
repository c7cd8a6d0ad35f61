/**
 * What the parts of a recipe bring: the recipe as it is, and each variant of a list, trained with the same seeds and
 * judged on the validation images. What is done is kept in build/ablation/: the same command goes on where it was ended.
 * usage: node dist/test/bench/ablation.js [--list test/bench/ablation.json] [--seeds 5] [--train F] [--validation F] [--store F]
 * A list is {"base": RECIPE, "variants": [{"name": …, "set": [FIELD=VALUE, …]} or {"name": …, "eval": "--tta flip"}
 * or {"name": …, "teacher": "teacher.onnx"}]}.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { encodeRecord } from '../../src/ndjson/encode.js';
import type { AnyRecord } from '../../src/ndjson/records.js';
import { ablationSheet, type Refusal, type Trial, unchanged } from './ablation-table.js';
import { runArguments } from './arguments.js';
import { thisMachine } from './machine.js';
import { markdown, plainSheet } from './markdown.js';
import { Store } from './store.js';
import { Runs } from './trained.js';
import { fileDigest, recipeDigest, recipeJson } from './variant.js';

interface Variant {
  readonly name: string;
  /** Words of `--set`. */
  readonly set?: readonly string[];
  /** The file of a model to learn from. */
  readonly teacher?: string;
  /** Options of fmnist-eval. */
  readonly eval?: string;
}

const args = runArguments({
  store: 'build/ablation/results.ndjson',
  list: 'test/bench/ablation.json',
});
const { base, variants } = JSON.parse(readFileSync(args.list, 'utf8')) as {
  base: string;
  variants: readonly Variant[];
};
/** The recipe as it is may have been trained for the table of recipes. */
const others = new Store('build/recipes/results.ndjson', false);
const runs = new Runs(new Store(args.store), args, others);
const folder = dirname(args.store);
const all: readonly Variant[] = [{ name: unchanged }, ...variants];
const outcomes = new Map<string, AnyRecord>();

// Seed by seed, so that an ablation that is interrupted has something of every variant.
for (const seed of args.seeds) {
  for (const variant of all) {
    if (outcomes.get(`${variant.name} 0`)?.type === 'refusal') continue;
    process.stderr.write(`${base}, ${variant.name}, seed ${seed}\n`);
    outcomes.set(`${variant.name} ${seed}`, await attempt(variant, seed));
  }
  report();
}
process.stdout.write(`${plainSheet(report())}\n`);

async function attempt(variant: Variant, seed: number): Promise<Trial | Refusal> {
  const refusal = (reason: string): Refusal => ({ type: 'refusal', variant: variant.name, reason });
  const json = recipeJson(base, variant.set ?? []);
  if (variant.set && !variant.teacher && recipeDigest(json) === recipeDigest(recipeJson(base, [])))
    return refusal('it changes nothing');
  if (variant.teacher && !existsSync(variant.teacher))
    return refusal(`its teacher ${variant.teacher} is not there`);
  const key = runs.key(json, seed, variant.teacher && fileDigest(variant.teacher));
  const training = await runs.train(json, key, { teacher: variant.teacher });
  if (typeof training === 'string') return refusal(training);
  const judged = variant.eval
    ? await runs.judge(key, 'validation', args.validation, variant.eval)
    : undefined;
  if (variant.eval && !judged) return refusal(`fmnist-eval ${variant.eval} could not judge it`);
  const accuracy = (judged?.accuracy ?? training.validationAccuracy)!;
  const seconds = training.seconds ?? training.trainingSeconds;
  return { type: 'trial', base, variant: variant.name, seed, accuracy, seconds };
}

/** The outcomes so far as a file of records and as Markdown. */
function report() {
  const found = all.flatMap(({ name }) =>
    args.seeds.flatMap((seed) => outcomes.get(`${name} ${seed}`) ?? []),
  );
  const records = [thisMachine(), ...found];
  writeFileSync(join(folder, 'ablation.ndjson'), records.map(encodeRecord).join(''));
  const sheet = ablationSheet(base, records);
  writeFileSync(join(folder, 'ablation.md'), `${markdown(sheet)}\n`);
  return sheet;
}
