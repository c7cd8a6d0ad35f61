/** The power study's short cut: the p-values of windows are those of fmnist-drift's own comparison. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { onGrid } from '../../src/profile/sketch.js';
import { Generator } from '../../src/random/generator.js';
import { deriveKey } from '../../src/random/key.js';
import type { Pool } from './power-rows.js';
import { Draws, WindowTests } from './power-windows.js';

const test = suite('bench: power');
const generator = new Generator(deriveKey(1, 'power test'));

/** Rows with ties, in one feature many. */
function made(count: number, move = 0): Pool {
  const column = (draw: () => number) => Float64Array.from({ length: count }, () => onGrid(draw()));
  const labels = Uint8Array.from({ length: count }, () => generator.below(4));
  return {
    count,
    features: new Map([
      ['brightness', column(() => 80 + move + 9 * generator.normal())],
      ['coverage', column(() => generator.below(12) / 4)],
      ['centre', column(() => generator.normal()).map((v, i) => (i % 7 === 0 ? Number.NaN : v))],
    ]),
    predictions: labels,
    labels,
  };
}

test('p-values are those of the comparison, near and far', () => {
  const tests = new WindowTests(made(700));
  for (const move of [0, 1, 20]) {
    const ranked = tests.rank(made(300, move));
    const draws = new Draws(
      Uint32Array.from({ length: 300 }, (_, i) => i),
      generator,
    );
    for (const size of [5, 40, 299]) {
      tests.check(ranked, draws.next(size));
      assert.is(tests.pValues(ranked, draws.next(size)).length, 4);
    }
  }
  const other = new WindowTests(made(700, 1));
  const ranked = tests.rank(made(300));
  assert.throws(
    () => other.check(ranked, Uint32Array.from([1, 2, 3, 4, 5, 6, 7, 8])),
    /brightness: p/,
  );
});

test('draws hold no row twice', () => {
  const draws = new Draws(Uint32Array.from([3, 5, 7, 9]), generator);
  for (let i = 0; i < 20; i++) assert.is(new Set(draws.next(3)).size, 3);
  assert.equal([...draws.next(4)].sort(), [3, 5, 7, 9]);
});

test.run();
