/** Results that outlive what makes them: looked up, cut short, and digests of recipes. */

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Store } from './store.js';
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

test('a run is known by what its teacher holds, and not by where that stands', () => {
  const at = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const data = { training: at('train.idx', 'a'), validation: at('validation.idx', 'b') };
  const runs = new Runs(new Store(join(folder, 'runs.ndjson')), data);
  const key = (teacher?: string) => runs.key(recipeJson('best', []), 0, teacher).recipe;
  const taught = key(at('one.onnx', 'c'));
  assert.is(key(), recipeDigest(recipeJson('best', [])));
  assert.is.not(taught, key());
  assert.is(key(at('two.onnx', 'c')), taught);
  assert.is.not(key(at('two.onnx', 'd')), taught);
});

test.run();
