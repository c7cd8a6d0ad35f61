/** Recipes: the type and bounds of every field, what is not known, and defaults. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { recipeNames } from '../../../src/train/open-recipe.js';
import { applyOverride } from '../../../src/train/overrides.js';
import { readRecipe } from '../../../src/train/recipe.js';
import { paths } from '../../support/paths.js';

const test = suite('recipes');

const least = () => ({
  model: { layers: [{ kind: 'flatten' }] },
  optimizer: { kind: 'sgd', learningRate: 0.1 },
  epochs: 3,
});

test('required fields, and every default', () => {
  assert.equal(readRecipe(least()), {
    name: 'unnamed',
    describe: '',
    model: { layers: [{ kind: 'flatten' }] },
    normalization: { kind: 'standardize', per: 'dataset' },
    optimizer: { kind: 'sgd', learningRate: 0.1, weightDecay: 0, momentum: 0.9, nesterov: true },
    schedule: { kind: 'constant' },
    labelSmoothing: 0,
    batch: 64,
    replicas: 2,
    epochs: 3,
    stopping: { patience: 0, minDelta: 0 },
    plateau: { patience: 0, factor: 0.2, minDelta: 0, minFactor: 0 },
  });
});

test('the monitor is kept where it is not the loss', () => {
  assert.equal(readRecipe({ ...least(), monitor: 'loss' }), readRecipe(least()));
  assert.is(readRecipe({ ...least(), monitor: 'accuracy' }).monitor, 'accuracy');
  assert.is(
    faultOf({ ...least(), monitor: 'val_acc' }),
    'monitor is "val_acc"; one of loss, accuracy was expected',
  );
});

test('defaults that depend on a kind', () => {
  const of = (section: object) => readRecipe({ ...least(), ...section });
  const adam = { learningRate: 0.1, weightDecay: 0, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 };
  assert.equal(of({ optimizer: { kind: 'adam', learningRate: 0.1 } }).optimizer, {
    kind: 'adam',
    ...adam,
  });
  assert.equal(of({ optimizer: { kind: 'adamw', learningRate: 0.1 } }).optimizer, {
    kind: 'adamw',
    ...adam,
    weightDecay: 0.01,
  });
  assert.equal(of({ schedule: { kind: 'cosine' } }).schedule, {
    kind: 'cosine',
    warmup: 0,
    end: 0,
  });
  assert.equal(of({ schedule: { kind: 'one-cycle' } }).schedule, {
    kind: 'one-cycle',
    warmup: 0.3,
    start: 0.04,
    end: 0.001,
  });
});

test('a recipe read is a recipe: reading it again changes nothing', () => {
  for (const name of recipeNames()) {
    const text = readFileSync(join(paths.root, `src/train/recipes/${name}.json`), 'utf8');
    const recipe = readRecipe(JSON.parse(text));
    assert.is(recipe.name, name);
    assert.ok(recipe.describe.length > 10);
    assert.equal(readRecipe(JSON.parse(JSON.stringify(recipe))), recipe);
  }
  assert.equal(recipeNames(), ['best', 'cnn', 'deep', 'default', 'fast', 'mlp']);
});

const number = (min: number, max: number) => `a number from ${min} to ${max} was expected`;
const whole = (min: number, max: number) => `a whole number from ${min} to ${max} was expected`;
const share = number(0, 1);

/** Values that are refused, each with the words; the field is named in front. */
const refused: readonly [string, readonly string[], string][] = [
  ['name', ['5', 'null', '"two\\nlines"'], 'text on one line was expected'],
  ['describe', ['true', '[]'], 'text on one line was expected'],
  ['model', ['5', '[]', 'null', '"cnn"'], 'a JSON object was expected'],
  ['model.layers', ['[]', '{}', '5', 'null'], 'a list of at least one object was expected'],
  ['model.layers.0', ['null', '5', '"relu"', '[]'], 'a JSON object was expected'],
  ['normalization', ['null', '"scale"'], 'a JSON object was expected'],
  ['normalization.kind', ['whiten', 'null'], 'one of standardize, scale was expected'],
  ['normalization.per', ['image'], 'one of dataset, pixel was expected'],
  ['optimizer', ['adam', 'null'], 'a JSON object was expected'],
  ['optimizer.kind', ['lion', '5', 'null'], 'one of sgd, adam, adamw was expected'],
  ['optimizer.learningRate', ['-1', 'fast', '1e999', '1001', 'null', 'true'], number(0, 1000)],
  ['optimizer.weightDecay', ['-0.1', '1.1'], share],
  ['optimizer.momentum', ['1', '-0.1', '"0.9"'], number(0, 0.999999)],
  ['optimizer.nesterov', ['1', '"true"', 'yes'], 'true or false was expected'],
  [
    'schedule.kind',
    ['linear'],
    'one of constant, step, cosine, one-cycle, warmup-stable-decay was expected',
  ],
  ['labelSmoothing', ['1', '-0.1', '""'], number(0, 0.99)],
  ['mixup.alpha', ['-1', '101'], number(0, 100)],
  ['cutmix.probability', ['-0.1', '1.1'], share],
  ['resizing.initialScale', ['0', '1.1'], number(0.1, 1)],
  ['resizing.delayFraction', ['-0.1', '1.1'], share],
  ['resizing.finetuneFraction', ['-0.1', '1.1'], share],
  ['resizing.sizeIncrement', ['0', '1.5'], whole(1, 1024)],
  ['average.decay', ['1', '-0.1'], number(0, 0.999999)],
  ['average.everySteps', ['0', '1.5'], whole(1, 100000)],
  ['average.from', ['1', '-1'], number(0, 0.999)],
  ['batch', ['0', '65537', '1.5', 'NaN'], whole(1, 65536)],
  ['replicas', ['0', '257', '2.5'], whole(1, 256)],
  ['epochs', ['0', '100001', '0.5', '1e999'], whole(1, 100000)],
  ['stopping.patience', ['-1', '1.5', '1e999'], 'a whole number of at least 0 was expected'],
  ['stopping.minDelta', ['-1', '1e999', '-1e999'], 'a number of at least 0 was expected'],
  ['plateau.patience', ['-1'], 'a whole number of at least 0 was expected'],
  ['plateau.factor', ['1.5', '-1'], share],
  ['plateau.minDelta', ['-1'], 'a number of at least 0 was expected'],
  ['plateau.minFactor', ['2'], share],
];

for (const [field, values, expected] of refused)
  test(`${field}: refused values`, () => {
    for (const value of values) {
      const recipe = least();
      applyOverride(recipe, `${field}=${value}`);
      const message = faultOf(recipe);
      assert.ok(message.startsWith(`${field} is `), `${value}: ${message}`);
      assert.ok(message.endsWith(`; ${expected}`), `${value}: ${message}`);
    }
  });

test('fields that depend on a kind: bounds', () => {
  const faults: readonly [object, string][] = [
    [{ optimizer: { kind: 'adam', learningRate: 1, beta1: 1 } }, 'optimizer.beta1 is 1'],
    [{ optimizer: { kind: 'adam', learningRate: 1, beta2: -1 } }, 'optimizer.beta2 is -1'],
    [{ optimizer: { kind: 'adam', learningRate: 1, epsilon: 0 } }, 'optimizer.epsilon is 0'],
    [{ schedule: { kind: 'step', factor: 0.5 } }, 'schedule.everyEpochs is missing'],
    [{ schedule: { kind: 'step', everyEpochs: 1 } }, 'schedule.factor is missing'],
    [{ schedule: { kind: 'step', everyEpochs: 0, factor: 1 } }, 'schedule.everyEpochs is 0'],
    [{ schedule: { kind: 'cosine', warmup: 1.5 } }, 'schedule.warmup is 1.5'],
    [{ schedule: { kind: 'one-cycle', start: -1 } }, 'schedule.start is -1'],
    [{ schedule: { kind: 'one-cycle', end: 2 } }, 'schedule.end is 2'],
  ];
  for (const [section, words] of faults)
    assert.ok(faultOf({ ...least(), ...section }).startsWith(`${words}; a `), words);
});

test('missing fields', () => {
  for (const field of ['model', 'optimizer', 'epochs'] as const) {
    const { [field]: _, ...rest } = least();
    assert.match(faultOf(rest), new RegExp(`^${field}(\\.\\w+)? is missing; `));
  }
});

test('unknown fields', () => {
  const faults: readonly [object, string][] = [
    [{ epoch: 5 }, 'epoch is no field of a recipe, which has name, describe, model, '],
    [{ constructor: 5 }, 'constructor is no field of a recipe, '],
    [{ model: { layers: [{}], name: 'x' } }, 'model.name is no field of model, which has layers'],
    [
      { optimizer: { kind: 'adam', learningRate: 1, momentum: 0.9 } },
      'optimizer.momentum is no field of kind adam, which has learningRate, weightDecay, beta1, beta2, epsilon',
    ],
    [
      { schedule: { kind: 'constant', warmup: 0.1 } },
      'schedule.warmup is no field of kind constant, which has none',
    ],
    [{ stopping: { after: 5 } }, 'stopping.after is no field of stopping, which has patience, '],
    [{ plateau: { cooldown: 5 } }, 'plateau.cooldown is no field of plateau, '],
    [{ normalization: { mean: 5 } }, 'normalization.mean is no field of normalization, '],
  ];
  for (const [section, words] of faults) {
    const message = faultOf({ ...least(), ...section });
    assert.ok(message.startsWith(words), message);
  }
  const parsed = JSON.parse('{"__proto__": {"epochs": 5}}');
  assert.match(faultOf({ ...least(), ...parsed, epochs: 3 }), /__proto__|^$/);
});

test('no object at all', () => {
  for (const json of [null, 5, [], 'cnn'])
    assert.is(faultOf(json), `the recipe is ${JSON.stringify(json)}; a JSON object was expected`);
});

test('replicas that do not divide the batch', () => {
  assert.is(
    faultOf({ ...least(), batch: 64, replicas: 3 }),
    'batch is 64; a multiple of replicas (3) was expected',
  );
  assert.is(faultOf({ ...least(), batch: 4, replicas: 4 }), '');
});

test('long values are cut short in messages', () => {
  const message = faultOf({ ...least(), name: new Array(100).fill(1) });
  assert.ok(message.length < 120, message);
});

/** '' where nothing is wrong. */
function faultOf(json: unknown): string {
  try {
    readRecipe(json);
    return '';
  } catch (error) {
    assert.is((error as Error).constructor, Error);
    return (error as Error).message;
  }
}

test.run();
