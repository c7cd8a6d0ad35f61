/** Finding recipes, and whose fault an unsound one is. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openRecipe } from '../../../src/train/open-recipe.js';
import { memoryIo } from '../../support/memory-io.js';
import { troubleOf, usageErrorOf } from '../../support/trouble.js';

const test = suite('opening recipes');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

function fileOf(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const least =
  '{"model":{"layers":[{"kind":"flatten"}]},"optimizer":{"kind":"sgd","learningRate":1},"epochs":3}';
const open = (name: string, ...overrides: string[]) => openRecipe(memoryIo(least), name, overrides);

test('ours by name, others by file, or from standard input', async () => {
  assert.is((await open('cnn')).name, 'cnn');
  assert.is((await open(fileOf('mine.json', least))).epochs, 3);
  assert.is((await open('-')).epochs, 3);
  assert.is((await open('mlp', 'epochs=7', 'epochs=8')).epochs, 8);
});

test('an unknown name', async () => {
  assert.is(
    await usageErrorOf(() => open('lenet')),
    "--recipe: 'lenet' is not one of best, cnn, deep, default, fast, mlp; a file's name has a dot or a slash in it",
  );
  assert.match(await troubleOf(() => open('./resnet')), /^\.\/resnet: no such file or directory$/);
});

test('a file that is no JSON: one line', async () => {
  for (const [name, text] of [
    ['csv.json', 'label,pixel1\n0,5\n'],
    ['cut.json', '{"model":\n{'],
    ['empty.json', ''],
  ] as const) {
    const path = fileOf(name, text);
    const message = await troubleOf(() => open(path));
    assert.ok(message.startsWith(`${path}: is not JSON (`), message);
    assert.ok(message.endsWith('; a recipe was expected'), message);
    assert.not.match(message, /\n/);
  }
});

test('a fault of the file is the file’s', async () => {
  const path = fileOf('faulty.json', least.replace('"epochs":3', '"epochs":0'));
  const problem = 'epochs is 0; a whole number from 1 to 100000 was expected';
  assert.is(await troubleOf(() => open(path)), `${path}: ${problem}`);
  assert.is(await troubleOf(() => open(path, 'batch=8')), `${path}: ${problem}`);
  // A change may also mend it.
  assert.is((await open(path, 'epochs=4')).epochs, 4);
});

test('a fault of the words is the words’', async () => {
  assert.is(
    await usageErrorOf(() => open('fast', 'replicas=3')),
    'the recipe as changed: batch is 64; a multiple of replicas (3) was expected',
  );
  assert.is(
    await usageErrorOf(() => open('fast', 'schedule.kind=constant')),
    'the recipe as changed: schedule.warmup is no field of kind constant, which has none',
  );
  assert.is((await open('fast', 'schedule={"kind":"constant"}')).schedule.kind, 'constant');
  assert.is(
    await usageErrorOf(() => open(fileOf('list.json', '[]'), 'epochs=1')),
    "--set: 'epochs': 'epochs' is no place in a list of 0; 0 to 0 was expected",
  );
});

test.run();
