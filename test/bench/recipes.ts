/**
 * The table of recipes: each trained with several seeds on the training images, its epoch chosen on the validation
 * images, then judged once on the test images, as it is and with flipped images too. What is done is kept in build/recipes/:
 * the same command goes on where it was ended, and does anew what has changed.
 * usage: node dist/test/bench/recipes.js [--seeds 5] [--train F] [--validation F] [--test F] [--store F] [RECIPE ...]
 *   (every recipe but `best`, which takes an hour and a half a seed, unless some are named)
 */

import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runArguments } from './arguments.js';
import { thisMachine } from './machine.js';
import { markdown, plainSheet } from './markdown.js';
import { pipe } from './pipe.js';
import { recipeSheet } from './recipe-table.js';
import { Store } from './store.js';
import { Runs } from './trained.js';
import { recipeFiles, recipeJson } from './variant.js';

const args = runArguments({ store: 'build/recipes/results.ndjson' });
const store = new Store(args.store);
const runs = new Runs(store, args);
const names = args.recipes.length > 0 ? args.recipes : recipeFiles().filter((n) => n !== 'best');
const say = (text: string) => process.stderr.write(`${text}\n`);

const { stdout: help } = await pipe('fmnist-eval --help');
/** As it is, and where fmnist-eval can, with flipped images too. */
const ways = help.includes('--tta') ? ['', '--tta flip'] : [''];

store.add(thisMachine());
// Seed by seed, so that a table that is interrupted has something of every recipe.
for (const seed of args.seeds)
  for (const name of names) {
    say(`recipe ${name}, seed ${seed}`);
    const outcome = await runs.train(recipeJson(name, []), seed);
    if (typeof outcome === 'string') throw new Error(`recipe ${name}, seed ${seed}: ${outcome}`);
  }
// Nothing is chosen any more: the test set may be read.
for (const seed of args.seeds)
  for (const name of names)
    for (const options of ways) {
      const judged = await runs.judge(
        runs.key(recipeJson(name, []), seed),
        'test',
        args.test,
        options,
      );
      if (!judged) say(`recipe ${name}, seed ${seed}: fmnist-eval ${options} could not judge it`);
    }

const sheet = recipeSheet(store.records);
writeFileSync(join(dirname(args.store), 'recipes.md'), `${markdown(sheet)}\n`);
process.stdout.write(`${plainSheet(sheet)}\n`);
