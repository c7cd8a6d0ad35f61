/** Generators and keys against an implementation in Python (make-reference.py), and against what chance allows. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Generator, permutation } from '../../../src/random/generator.js';
import { deriveKey, itemKey, type Key } from '../../../src/random/key.js';
import { difference } from '../../support/close.js';
import { paths } from '../../support/paths.js';

interface Reference {
  readonly sfc32: readonly { readonly key: Key; readonly next: readonly number[] }[];
  readonly derived: readonly {
    readonly parts: readonly [number, ...(string | number)[]];
    readonly key: Key;
  }[];
  readonly items: readonly { readonly key: Key; readonly index: number; readonly item: Key }[];
  readonly below: readonly { readonly bound: number; readonly values: readonly number[] }[];
  readonly normal: readonly number[];
  readonly permutation: readonly number[];
  readonly critical: {
    readonly chiSquare: Readonly<Record<string, number>>;
    readonly kolmogorov: Readonly<Record<string, number>>;
    readonly normal: number;
  };
  readonly normalCdf: readonly (readonly [number, number])[];
}

const reference = JSON.parse(
  readFileSync(`${paths.root}/test/references/random/reference.json`, 'utf8'),
) as Reference;
const referenceKey = deriveKey(0, 'reference');
const take = <T>(count: number, next: () => T) => Array.from({ length: count }, next);

const test = suite('random');

test('sfc32 gives the numbers of the reference', () => {
  for (const { key, next } of reference.sfc32) {
    const generator = new Generator(key);
    assert.equal(
      take(next.length, () => generator.next()),
      next,
    );
  }
});

test('keys are those of the reference', () => {
  for (const { parts, key } of reference.derived) assert.equal(deriveKey(...parts), key);
  for (const { key, index, item } of reference.items) assert.equal(itemKey(key, index), item);
});

test('below, normal and permutation give the values of the reference', () => {
  for (const { bound, values } of reference.below) {
    const generator = new Generator(referenceKey);
    assert.equal(
      take(values.length, () => generator.below(bound)),
      values,
      `below ${bound}`,
    );
  }
  const generator = new Generator(referenceKey);
  const normals = take(reference.normal.length, () => generator.normal());
  assert.is(difference(normals, reference.normal, { relative: 1e-14 }), undefined);
  assert.equal([...permutation(17, new Generator(referenceKey))], reference.permutation);
});

test('a bound that no number is below, or that is too large, is refused and not waited for', () => {
  const generator = new Generator(referenceKey);
  for (const bound of [0, -1, 0.5, Number.NaN, 2 ** 32 + 1, Infinity])
    assert.throws(() => generator.below(bound), /a bound of .*; 1 to 2\^32 was expected/);
});

test('below stays below and is uniform', () => {
  for (const bound of [2, 6, 10, 100]) {
    const generator = new Generator(deriveKey(bound, 'chi-square'));
    const counts = new Array<number>(bound).fill(0);
    for (let i = 0; i < 200 * bound; i++) {
      const value = generator.below(bound);
      assert.ok(Number.isInteger(value) && value >= 0 && value < bound);
      counts[value] = counts[value]! + 1;
    }
    assert.ok(chiSquare(counts) < critical(bound - 1), `bound ${bound}: ${chiSquare(counts)}`);
  }
});

test('uniform is on [0, 1) with the mean and the variance of chance', () => {
  const generator = new Generator(deriveKey(1, 'uniform'));
  const count = 100_000;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < count; i++) {
    const value = generator.uniform();
    assert.ok(value >= 0 && value < 1);
    sum += value - 0.5;
    squares += (value - 0.5) ** 2;
  }
  // Standard errors: of the mean sqrt(1/12/n), of the mean square sqrt(1/180/n).
  const limit = reference.critical.normal;
  assert.ok(Math.abs(sum / count) < limit * Math.sqrt(1 / 12 / count));
  assert.ok(Math.abs(squares / count - 1 / 12) < limit * Math.sqrt(1 / 180 / count));
});

test('normal follows the normal distribution (Kolmogorov and Smirnov)', () => {
  const generator = new Generator(deriveKey(2, 'normal'));
  const values = take(10_000, () => generator.normal()).sort((a, b) => a - b);
  let distance = 0;
  for (const [x, probability] of reference.normalCdf) {
    const share = values.filter((value) => value <= x).length / values.length;
    distance = Math.max(distance, Math.abs(share - probability));
  }
  assert.ok(distance < reference.critical.kolmogorov['10000']!, String(distance));
  assert.ok(distance > 0);
});

test('permutations are permutations', () => {
  fc.assert(
    fc.property(fc.nat(500), fc.nat(), (count, seed) => {
      const order = permutation(count, new Generator(deriveKey(seed)));
      assert.equal(
        [...order].sort((a, b) => a - b),
        take(count, () => 0).map((_, i) => i),
      );
    }),
  );
});

test('all permutations of a few are equally likely', () => {
  for (const [count, ways] of [
    [3, 6],
    [4, 24],
    [5, 120],
  ] as const) {
    const generator = new Generator(deriveKey(count, 'permutations'));
    const seen = new Map<string, number>();
    for (let i = 0; i < 200 * ways; i++) {
      const word = permutation(count, generator).join('');
      seen.set(word, (seen.get(word) ?? 0) + 1);
    }
    assert.is(seen.size, ways);
    assert.ok(chiSquare([...seen.values()]) < critical(ways - 1));
  }
});

test('one seed for two programs, purposes or items gives unrelated numbers', () => {
  const keys = [
    deriveKey(7, 'fmnist-split', 'shuffle'),
    deriveKey(7, 'fmnist-augment', 'shuffle'),
    deriveKey(7, 'fmnist-split', 'holdout'),
    deriveKey(8, 'fmnist-split', 'shuffle'),
    itemKey(deriveKey(7, 'fmnist-split', 'shuffle'), 0),
    itemKey(deriveKey(7, 'fmnist-split', 'shuffle'), 1),
    itemKey(deriveKey(7, 'fmnist-split', 'shuffle'), 2 ** 32),
  ];
  const count = 20_000;
  const series = keys.map((key) => {
    const generator = new Generator(key);
    return take(count, () => generator.uniform() - 0.5);
  });
  for (const [i, a] of series.entries())
    for (const [j, b] of series.slice(0, i).entries()) {
      let product = 0;
      for (const [k, x] of a.entries()) product += x * b[k]!;
      const correlation = (product / count) * 12;
      assert.ok(
        Math.abs(correlation) < reference.critical.normal / Math.sqrt(count),
        `${i} and ${j}: ${correlation}`,
      );
    }
});

test('the first numbers of neighbouring items are uniform too', () => {
  const key = deriveKey(3, 'items');
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < 8000; i++) {
    const bucket = new Generator(itemKey(key, i)).below(16);
    counts[bucket] = counts[bucket]! + 1;
  }
  assert.ok(chiSquare(counts) < critical(15));
});

test.run();

function chiSquare(counts: readonly number[]): number {
  const expected = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

function critical(degrees: number): number {
  const value = reference.critical.chiSquare[String(degrees)];
  if (value === undefined) throw new Error(`no critical value for ${degrees} degrees of freedom`);
  return value;
}
