/** `--set`: numbers, text, sections, lists, and what must not be reached. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { UsageError } from '../../../src/core/errors.js';
import { applyOverride } from '../../../src/train/overrides.js';

const test = suite('overrides');

const recipe = () => ({
  name: 'x',
  optimizer: { learningRate: 0.1 },
  layers: [{ kind: 'conv' }, { kind: 'relu' }],
});

const changed = (...overrides: readonly string[]): unknown => {
  const json = recipe();
  for (const override of overrides) applyOverride(json, override);
  return json;
};

test('values: numbers in any usual form, JSON, or text', () => {
  const values: readonly [string, unknown][] = [
    ['0.002', 0.002],
    ['.5', 0.5],
    ['5.', 5],
    ['+5', 5],
    ['-1e-3', -0.001],
    ['true', true],
    ['null', null],
    ['"5"', '5'],
    ['[1,2]', [1, 2]],
    ['{"kind":"sgd"}', { kind: 'sgd' }],
    ['adam', 'adam'],
    ['0x10', '0x10'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['1_000', '1_000'],
    ['', ''],
    ['a=b', 'a=b'],
    ['two words', 'two words'],
  ];
  for (const [text, value] of values)
    assert.equal(changed(`name=${text}`), { ...recipe(), name: value });
});

test('fields, sections that are there and sections that are not', () => {
  assert.equal(changed('optimizer.learningRate=1'), {
    ...recipe(),
    optimizer: { learningRate: 1 },
  });
  assert.equal(changed('stopping.patience=3'), { ...recipe(), stopping: { patience: 3 } });
  assert.equal(changed('a.b.c=1', 'a.b.d=2'), { ...recipe(), a: { b: { c: 1, d: 2 } } });
  assert.equal(changed('optimizer={"kind":"sgd"}', 'optimizer.learningRate=2'), {
    ...recipe(),
    optimizer: { kind: 'sgd', learningRate: 2 },
  });
});

test('lists: places that are there, and the next one', () => {
  assert.equal(changed('layers.1.kind=dropout', 'layers.1.rate=0.5'), {
    ...recipe(),
    layers: [{ kind: 'conv' }, { kind: 'dropout', rate: 0.5 }],
  });
  assert.equal(changed('layers.2={"kind":"flatten"}', 'layers.3.kind=relu'), {
    ...recipe(),
    layers: [...recipe().layers, { kind: 'flatten' }, { kind: 'relu' }],
  });
});

const refused: readonly [string, string][] = [
  [
    'layers.4.kind=relu',
    "--set: 'layers.4.kind': '4' is no place in a list of 2; 0 to 2 was expected",
  ],
  [
    'layers.length=1',
    "--set: 'layers.length': 'length' is no place in a list of 2; 0 to 2 was expected",
  ],
  ['layers.-1=1', "--set: 'layers.-1': '-1' is no place in a list of 2; 0 to 2 was expected"],
  ['layers.01=1', "--set: 'layers.01': '01' is no place in a list of 2; 0 to 2 was expected"],
  [
    'layers.push.x=1',
    "--set: 'layers.push.x': 'push' is no place in a list of 2; 0 to 2 was expected",
  ],
  ['name.x=1', "--set: 'name.x': 'name' is a value and has no fields"],
  ['name', "--set: 'name' is not of the form path.to.field=value"],
  ['=5', "--set: '=5' is not of the form path.to.field=value"],
  ['.a=5', "--set: '.a=5' is not of the form path.to.field=value"],
  ['a..b=5', "--set: 'a..b=5' is not of the form path.to.field=value"],
  ['a.=5', "--set: 'a.=5' is not of the form path.to.field=value"],
  ['__proto__=5', "--set: '__proto__' is no field of a recipe"],
  ['__proto__.polluted=5', "--set: '__proto__.polluted' is no field of a recipe"],
  [
    'optimizer.__proto__.polluted=5',
    "--set: 'optimizer.__proto__.polluted' is no field of a recipe",
  ],
  ['two\nlines', "--set: 'two\\nlines' is not of the form path.to.field=value"],
];

for (const [override, message] of refused)
  test(`refused: ${JSON.stringify(override)}`, () => {
    assert.throws(
      () => changed(override),
      (error: unknown) => error instanceof UsageError && error.message === message,
    );
  });

test('values have no fields', () => {
  for (const json of [null, 5, 'text', true])
    assert.throws(() => applyOverride(json, 'a=1'), /'the recipe' is a value and has no fields/);
});

test('nothing is polluted, whatever the path', () => {
  const word = fc.oneof(
    fc.constantFrom(
      '__proto__',
      'constructor',
      'prototype',
      'toString',
      'layers',
      '0',
      '1',
      'length',
    ),
    fc.string({ maxLength: 5 }),
  );
  const known = Object.getOwnPropertyNames(Object.prototype).length;
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), fc.json(), (path, value) => {
      const json = recipe();
      try {
        applyOverride(json, `${path.join('.')}=${value}`);
      } catch (error) {
        assert.instance(error, UsageError);
      }
      assert.is(Object.getPrototypeOf(json), Object.prototype);
      assert.is(Object.getOwnPropertyNames(Object.prototype).length, known);
      assert.is(({} as Record<string, unknown>).polluted, undefined);
      // No list has gaps.
      if (Array.isArray(json.layers))
        assert.is(Object.keys(json.layers).length, json.layers.length);
    }),
    { numRuns: 1000 },
  );
});

test.run();
