/** Results that outlive what makes them: looked up, cut short, and digests of recipes. */

import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openModel } from '../../src/model/model.js';
import { paths } from '../support/paths.js';
import { thisMachine } from './machine.js';
import { keepModels } from './published-models.js';
import { recipeSheet } from './recipe-table.js';
import { modelName, type Training } from './run-records.js';
import { ofType, Store } from './store.js';
import { Runs } from './trained.js';
import { recipeDigest, recipeJson } from './variant.js';

const test = suite('bench: store');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-store-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

test('finds the last record of a type and key, in this run and in the next', () => {
  const file = join(folder, 'new/results.ndjson');
  const store = new Store(file);
  for (const value of [1, 2]) store.add({ type: 'a', recipe: 'x', seed: 0, value });
  store.add({ type: 'b', recipe: 'x', seed: 0, value: 3 });
  for (const opened of [store, new Store(file)]) {
    assert.is(opened.find('a', { recipe: 'x', seed: 0 })?.value, 2);
    assert.is(opened.find('a', { recipe: 'x', seed: 1 }), undefined);
    assert.is(opened.find('a', { recipe: 'x', version: '1' }), undefined);
    assert.is(opened.records.length, 3);
  }
});

test('a line that was cut short is dropped, and the next one stands for itself', () => {
  const file = join(folder, 'cut.ndjson');
  new Store(file).add({ type: 'a', value: 1 });
  appendFileSync(file, '{"type":"a","val');
  assert.is(new Store(file, false).records.length, 1);
  assert.match(readFileSync(file, 'utf8'), /"val$/);
  const store = new Store(file);
  assert.is(store.records.length, 1);
  store.add({ type: 'a', value: 2 });
  assert.is(readFileSync(file, 'utf8'), '{"type":"a","value":1}\n{"type":"a","value":2}\n');
});

test('a file that is something else is not taken for results', () => {
  const file = join(folder, 'other.ndjson');
  writeFileSync(file, 'recipe,seed\nfast,0\n');
  assert.throws(() => new Store(file), /other\.ndjson: line 1: is not JSON/);
});

test('the digest of a recipe is that of what it says', () => {
  const base = recipeJson('mlp', []);
  const digest = recipeDigest(base);
  assert.match(digest, /^[0-9a-f]{16}$/);
  const { name: _, ...rest } = base as Record<string, unknown>;
  const turned = Object.fromEntries(Object.entries(rest).reverse());
  assert.is(recipeDigest({ ...turned, describe: 'otherwise' }), digest);
  assert.is(recipeDigest(recipeJson('mlp', ['epochs=10'])), digest);
  assert.is.not(recipeDigest(recipeJson('mlp', ['epochs=11'])), digest);
  assert.is.not(recipeDigest(recipeJson('mlp', ['model.layers.1.units=64'])), digest);
});

test('a run is known by its teacher', () => {
  const file = join(folder, 'images.idx');
  writeFileSync(file, 'a');
  const runs = new Runs(new Store(join(folder, 'runs.ndjson')), { training: file });
  const key = (taughtBy?: string) => runs.key(recipeJson('best', []), 0, taughtBy).recipe;
  assert.is(key(), recipeDigest(recipeJson('best', [])));
  assert.is.not(key('a'), key());
  assert.is(key('a'), key('a'));
  assert.is.not(key('a'), key('b'));
});

const garments = join(paths.fixtures, 'garments-train.idx.gz');

/** A small hidden layer, trained for two epochs. */
async function trainSmall(runs: Runs, units: number, seed: number) {
  const changes = [`model.layers.1.units=${units}`, `name=units-${units}`];
  const json = recipeJson('mlp', [...changes, 'batch=16', 'epochs=2']);
  const key = runs.key(json, seed);
  const training = await runs.train(json, key);
  assert.not.type(training, 'string', String(training));
  return key;
}

test('two trainings, and their ensemble in the table', async () => {
  const store = new Store(join(folder, 'joined/results.ndjson'));
  const runs = new Runs(store, { training: garments, validation: garments });
  const keys = [await trainSmall(runs, 8, 3), await trainSmall(runs, 12, 3)];
  const key = await runs.join(keys);
  assert.equal(await runs.join(keys), key);
  const [one, two, both, ...more] = ofType<Training>(store.records, 'training');
  assert.ok(one && two && both && more.length === 0, 'it is made once');
  assert.is(both.name, 'ensemble of units-8 and units-12');
  assert.equal(both.ensemble, [one.recipe, two.recipe]);
  assert.is(both.seed, 3);
  // Two hidden layers of 28 × 28 inputs each, and one layer of 20 inputs behind them.
  assert.is(both.parameters, 785 * 20 + 21 * 10);
  assert.is(both.epochs, 4);
  assert.is(both.seconds, Number(((one.seconds ?? 0) + (two.seconds ?? 0)).toFixed(1)));
  const accuracy = runs.judgement(key, 'validation')?.accuracy;
  assert.ok(accuracy !== undefined && accuracy > 0.1, `${accuracy}`);
  assert.is(both.validationAccuracy, accuracy);
  const { rows, notes } = recipeSheet(store.records);
  assert.is(rows.length, 3);
  assert.match(notes[0] ?? '', /^An ensemble is the mean of trained models/);
});

test('another round goes on from the model of the last one, and is joined with it', async () => {
  const store = new Store(join(folder, 'rounds/results.ndjson'));
  const runs = new Runs(store, { training: garments, validation: garments });
  const last = await trainSmall(runs, 8, 3);
  const json = recipeJson('mlp', ['model.layers.1.units=8', 'name=again', 'batch=16', 'epochs=1']);
  const key = runs.roundKey(json, last);
  assert.is(key.seed, 4);
  assert.is.not(key.recipe, runs.roundKey(json, key).recipe, 'behind another model it is another');
  const training = await runs.train(json, key, { initial: runs.model(last) });
  assert.not.type(training, 'string', String(training));
  const [of, again] = [last, key].map((k) => openModel(readFileSync(runs.model(k)), 'model').info);
  const made = again?.lineage.history.at(-1)?.options as { init?: string } | undefined;
  assert.is(made?.init, of?.digest);
  const joined = await runs.join([last, key], 'the rounds');
  assert.is(runs.training(joined)?.name, 'the rounds');
  const { rows } = recipeSheet(store.records);
  assert.equal(rows.map((row) => [row[0], row[2]]).sort(), [
    ['again', '1'],
    ['the rounds', '3'],
    ['units-8', '2'],
  ]);
});

test('an ensemble of several seeds is a row of its own', async () => {
  const store = new Store(join(folder, 'seeds/results.ndjson'));
  const runs = new Runs(store, { training: garments, validation: garments });
  const keys = [await trainSmall(runs, 8, 1), await trainSmall(runs, 8, 2)];
  const both = await runs.join(keys);
  const same = await runs.join([...keys].reverse());
  const named = await runs.join(keys, 'both');
  assert.equal(named, both, 'by any name');
  assert.is.not(both.recipe, same.recipe, 'members stand in an order');
  assert.is(runs.training(both)?.name, 'ensemble of units-8, 2 seeds of each');
  assert.is(both.seed, 1);
  const { rows } = recipeSheet(store.records);
  assert.equal(
    rows.map((row) => [row[0], row.at(-1)]),
    [
      ['units-8', '2'],
      ['ensemble of units-8, 2 seeds of each', '1'],
    ],
  );
});

test('an ensemble of a refitted pupil and its teacher: nothing tells how good it is, before it is judged', async () => {
  const store = new Store(join(folder, 'refitted/results.ndjson'));
  const runs = new Runs(store, { training: garments, validation: garments });
  const refits = new Runs(store, { training: join(paths.fixtures, 'garments-test.idx.gz') });
  const members = [await trainSmall(runs, 8, 1), await trainSmall(refits, 12, 1)];
  const key = await refits.join(members);
  assert.equal(await refits.join(members), key);
  assert.is.not(key.data, members[0]?.data);
  assert.is(key.data, members[1]?.data);
  const joined = refits.training(key);
  assert.is(joined?.name, 'ensemble of units-8 and units-12, refitted');
  assert.is(joined?.validationAccuracy, undefined);
  assert.is(refits.judgement(key, 'validation'), undefined);
  const { rows } = recipeSheet(store.records);
  assert.is(rows.at(-1)?.[4], '–');
});

test('models of long trainings are published with their records, and taken over where they have not been trained', async () => {
  const from = join(folder, 'trained');
  const to = join(folder, 'published');
  const store = new Store(join(from, 'results.ndjson'));
  const data = { training: garments, validation: garments };
  const runs = new Runs(store, data);
  const [slow, quick] = [await trainSmall(runs, 8, 4), await trainSmall(runs, 12, 4)];
  const published = new Store(join(to, 'results.ndjson'));
  const records = ofType<Training>(store.records, 'training');
  const there = { ...thisMachine(), processor: 'of another machine' };
  published.add(there);
  for (const training of records)
    published.add({ ...training, trainingSeconds: training.recipe === slow.recipe ? 1800 : 1799 });
  keepModels(published.records, join(from, 'models'), join(to, 'models'));
  const kept = `${modelName(slow)}.onnx`;
  assert.equal(readdirSync(join(to, 'models')), [kept]);

  const own = new Store(join(folder, 'taken/results.ndjson'));
  const others = new Runs(own, data);
  own.add(thisMachine());
  for (const key of [slow, quick]) others.adopt(key, published);
  others.adopt(slow, published);
  const taken = [thisMachine(), there, others.training(slow), thisMachine()];
  assert.equal(own.records, taken, 'once, behind its machine, and not what has no model');
  assert.is(others.training(slow)?.trainingSeconds, 1800);
  assert.is(others.training(quick), undefined);
  assert.equal(readFileSync(others.model(slow)), readFileSync(join(to, 'models', kept)));
  const training = await others.train({ name: 'never trained' }, slow);
  assert.equal(training, others.training(slow));

  const all = new Runs(new Store(join(folder, 'all/results.ndjson')), data);
  published.add({ ...records[0]!, version: 'another' });
  assert.equal(all.adoptAll(published), [slow], 'what has a model, of this version');
  assert.is(all.training(slow)?.trainingSeconds, 1800);
  const other = new Runs(new Store(join(folder, 'other/results.ndjson')), { training: garments });
  assert.equal(other.adoptAll(published), [], 'nothing is of other images');

  published.add({ ...records[0]!, seed: 5, trainingSeconds: 3600 });
  keepModels(published.records.slice(-1), join(from, 'models'), join(to, 'models'));
  assert.equal(readdirSync(join(to, 'models')), [], 'what no record is of goes');
});

test.run();
