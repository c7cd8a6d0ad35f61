/** Every kind of layer is on fmnist-model(5), every option with its default and choices, and no other; every field of a recipe on fmnist-train(1). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layerKinds, layerMakers, readLayer } from '../../../src/model/layer-kinds.js';
import { LayerOptions } from '../../../src/model/layer-options.js';
import { readRecipe } from '../../../src/train/recipe.js';
import { paths } from '../../support/paths.js';

const test = suite('house: layers');
const page = (name: string) => readFileSync(join(paths.man, name), 'utf8');

interface Asked {
  readonly name: string;
  readonly otherwise?: unknown;
  readonly choices?: readonly string[];
}

/** Options that note what they are asked for, and answer with what will do. */
class NotedOptions extends LayerOptions {
  readonly asked: Asked[] = [];

  override count(name: string, otherwise?: number): number {
    this.asked.push({ name, otherwise });
    return otherwise ?? 1;
  }

  override numberBelow(name: string, min: number, _limit: number, otherwise?: number): number {
    this.asked.push({ name, otherwise });
    return otherwise ?? min;
  }

  override flag(name: string, otherwise?: boolean): boolean {
    this.asked.push({ name, otherwise });
    return otherwise ?? false;
  }

  override choice<C extends string>(name: string, choices: readonly C[], otherwise?: C): C {
    this.asked.push({ name, otherwise, choices });
    return otherwise ?? choices[0]!;
  }

  override raw(name: string): unknown {
    this.asked.push({ name });
    return name === 'branches' ? [[], []] : [{ kind: 'relu' }];
  }
}

const layers = /^\.Ss Layers\n([\s\S]*?)^\.S[sh] /m.exec(page('fmnist-model.5'))?.[1] ?? '';
/** Kind → what the page says of it. */
const described = new Map(
  layers
    .split(/^\.It Cm /m)
    .slice(1)
    .map((item) => [item.slice(0, item.indexOf('\n')), item.slice(item.indexOf('\n') + 1)]),
);

test('the page and the sources know the same kinds', () => {
  assert.equal([...described.keys()].sort(), layerKinds.toSorted());
});

for (const [kind, make] of Object.entries(layerMakers)) {
  test(`${kind}: its options, their defaults and choices`, () => {
    const options = new NotedOptions(kind, {});
    assert.is(make(options, readLayer).kind, kind);
    const item = described.get(kind) ?? '';
    const named = [...item.matchAll(/^\.Cm (\w+)/gm)].map(([, name]) => name);
    assert.equal(named.sort(), options.asked.map(({ name }) => name).sort());
    for (const { name, otherwise, choices = [] } of options.asked) {
      const [, says = ''] =
        new RegExp(`^\\.Cm ${name}\\b([\\s\\S]*?)(?=^\\.Cm|$(?![\\s\\S]))`, 'm').exec(item) ?? [];
      if (otherwise !== undefined) assert.match(says, `default ${otherwise}`, name);
      for (const choice of choices) assert.match(says, choice);
    }
  });
}

test('every field of a recipe is on the page', () => {
  const words = new Set(
    /^\.Ss Recipes\n([\s\S]*?)^\.Sh /m.exec(page('fmnist-train.1'))?.[1]?.match(/\w+/g),
  );
  const variants = [
    { optimizer: { kind: 'sgd', learningRate: 1 } },
    { optimizer: { kind: 'adam', learningRate: 1 } },
    { optimizer: { kind: 'adamw', learningRate: 1 } },
    { schedule: { kind: 'step', everyEpochs: 1, factor: 1 } },
    { schedule: { kind: 'cosine' } },
    { schedule: { kind: 'one-cycle' } },
    { augmentation: { preset: 'reference' } },
  ];
  for (const variant of variants) {
    const recipe = readRecipe({
      model: { layers: [{ kind: 'flatten' }] },
      optimizer: { kind: 'sgd', learningRate: 1 },
      epochs: 1,
      ...variant,
    });
    for (const field of fieldsOf(recipe)) assert.ok(words.has(field), field);
  }
});

/** Names of all fields, but for what every recipe may hold and what layers have. */
function fieldsOf(section: object): string[] {
  return Object.entries(section).flatMap(([name, value]) => [
    ...(['name', 'describe'].includes(name) ? [] : [name]),
    ...(typeof value === 'object' && value !== null && !Array.isArray(value)
      ? fieldsOf(value)
      : []),
  ]);
}

test.run();
