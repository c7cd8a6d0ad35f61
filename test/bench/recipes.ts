/**
 * The table of recipes: each trained with several seeds on the training images, its epoch chosen on the validation
 * images, then judged once on the test images, as it is and with flipped images too; so is the ensemble of a pupil and
 * its teacher, and that of all pupils and all teachers. A recipe can be gone on with: in another round half as many epochs
 * go on from where the last one ended, the rate raised again (Loshchilov and Hutter 2017, SGDR,
 * https://arxiv.org/abs/1608.03983); the ensemble of all rounds (Huang et al. 2017, https://arxiv.org/abs/1704.00109) has
 * a row too. What is done is kept in build/recipes/: the same command goes on where it was ended, and does anew what has
 * changed. What took long was published with its model (see publish.ts): that is taken over, and judged; --published makes
 * the ensemble of all of it too.
 * usage: node dist/test/bench/recipes.js [--seeds 5] [--train F] [--validation F] [--test F] [--store F] [--refit F] [--rounds 0] [--anew] [--published] [RECIPE ...]
 *   (without a name, every recipe but those that take hours; --refit: they are trained on all the images of F instead,
 *   and nothing is held out; a teacher is still the one of the training images; --anew: nothing is taken over)
 */

import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runArguments } from './arguments.js';
import { thisMachine } from './machine.js';
import { markdown, plainSheet } from './markdown.js';
import { pipe } from './pipe.js';
import { publishedRecipes } from './published-models.js';
import { recipeSheet } from './recipe-table.js';
import type { RunKey } from './run-records.js';
import { Store } from './store.js';
import { type Origin, Runs } from './trained.js';
import { recipeFiles, recipeJson } from './variant.js';

const long: ReadonlySet<string> = new Set(['best', 'deep']);
/** Whose model is the teacher of a recipe that wants one; each seed has its own. */
const teachers: Readonly<Record<string, string>> = { best: 'deep' };

const args = runArguments({ store: 'build/recipes/results.ndjson' });
const store = new Store(args.store);
const published = new Store(publishedRecipes, false);
const runs = new Runs(store, args);
/** Those that the table is of; a teacher's are always the ones above. */
const wanted = args.refit === '' ? runs : new Runs(store, { training: args.refit });
const names = args.recipes.length > 0 ? args.recipes : recipeFiles().filter((n) => !long.has(n));
const say = (text: string) => process.stderr.write(`${text}\n`);

const { stdout: help } = await pipe('fmnist-eval --help');
/** As it is, and where fmnist-eval can, with flipped images too. */
const ways = help.includes('--tta') ? ['', '--tta flip'] : [''];

store.add(thisMachine());
const done: { readonly name: string; readonly key: RunKey }[] = [];
/** A pupil's name, and the trainings of it and of its teachers. */
const families = new Map<string, RunKey[]>();
// Seed by seed, so that a table that is interrupted has something of every recipe.
for (const seed of args.seeds)
  for (const name of names) {
    const { key, teacher } = await train(name, seed, wanted);
    done.push({ name, key });
    const rounds = [key];
    let last = key;
    for (let round = 2; round < 2 + args.rounds; round++) {
      last = await goOn(name, round, last, teacher);
      rounds.push(last);
      done.push({ name: `${name}, round ${round}`, key: last });
    }
    if (args.rounds > 0) {
      const joined = `ensemble of the rounds of ${name}`;
      done.push({ name: joined, key: await wanted.join(rounds, joined) });
    }
    if (!teacher) continue;
    const members = [teacher, key];
    done.push({ name: `${name} with its teacher`, key: await wanted.join(members) });
    families.set(name, [...(families.get(name) ?? []), ...members]);
  }
if (args.seeds.length > 1)
  for (const [name, members] of families) {
    const key = await wanted.join(members);
    done.push({ name: `${name} with its teacher, all seeds`, key });
  }
if (args.published) {
  const members = runs.adoptAll(published);
  if (members.length < 2) throw new Error('fewer than two models of these images are published');
  const name = 'ensemble of all that took long';
  const joined = await runs.join(members, name);
  for (const key of [...members, joined])
    done.push({ name: runs.training(key)?.name ?? name, key });
}
// Nothing is chosen any more: the test set may be read.
for (const { name, key } of done)
  for (const options of ways)
    if (!(await runs.judge(key, 'test', args.test, options)))
      say(`recipe ${name}, seed ${key.seed}: fmnist-eval ${options} could not judge it`);

const sheet = recipeSheet(store.records);
writeFileSync(join(dirname(args.store), 'recipes.md'), `${markdown(sheet)}\n`);
process.stdout.write(`${plainSheet(sheet)}\n`);

interface Trained {
  readonly key: RunKey;
  readonly teacher: RunKey | undefined;
}

/** Trains where that has not been done, a teacher first, whose run comes with its own. */
async function train(name: string, seed: number, on: Runs): Promise<Trained> {
  const taughtBy = teachers[name];
  const teacher = taughtBy === undefined ? undefined : (await train(taughtBy, seed, runs)).key;
  const json = recipeJson(name, []);
  const key = on.key(json, seed, teacher?.recipe);
  await finish(on, `${name}, seed ${seed}`, json, key, teacher && { teacher: runs.model(teacher) });
  return { key, teacher };
}

/** Another round behind `last`, with the same teacher if there is one. */
async function goOn(name: string, round: number, last: RunKey, teacher?: RunKey): Promise<RunKey> {
  const recipe = recipeJson(name, []) as { epochs: number };
  const title = `${name}, round ${round}`;
  const json = { ...recipe, name: title, epochs: Math.ceil(recipe.epochs / 2) };
  const key = wanted.roundKey(json, last);
  const initial = wanted.model(last);
  const origin = { initial, teacher: teacher && runs.model(teacher) };
  await finish(wanted, title, json, key, origin);
  return key;
}

async function finish(on: Runs, what: string, json: unknown, key: RunKey, origin: Origin = {}) {
  if (!args.anew) on.adopt(key, published);
  say(`recipe ${what}`);
  const outcome = await on.train(json, key, origin);
  if (typeof outcome === 'string') throw new Error(`recipe ${what}: ${outcome}`);
}
