/** Every statistic against SciPy's on recorded samples (make-reference.py makes reference.json). */

import { readFileSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Generator } from '../../../src/random/generator.js';
import { deriveKey } from '../../../src/random/key.js';
import { benjaminiHochberg } from '../../../src/statistics/benjamini-hochberg.js';
import { chiSquare } from '../../../src/statistics/chi-square.js';
import { fisherExact } from '../../../src/statistics/fisher.js';
import { holm } from '../../../src/statistics/holm.js';
import { jensenShannon } from '../../../src/statistics/jensen-shannon.js';
import { kolmogorovSmirnov } from '../../../src/statistics/kolmogorov-smirnov.js';
import { meanDiscrepancy } from '../../../src/statistics/mean-discrepancy.js';
import { populationStability } from '../../../src/statistics/population-stability.js';
import { momentsOf, quantileOf, type Steps, stepsOf } from '../../../src/statistics/steps.js';
import {
  chiSquareQuantile,
  chiSquareTail,
  kolmogorovTail,
  normalTail,
} from '../../../src/statistics/tails.js';
import { twoProportions } from '../../../src/statistics/two-proportions.js';
import { wasserstein } from '../../../src/statistics/wasserstein.js';
import { paths } from '../../support/paths.js';

type Numbers = readonly number[];
interface Reference {
  readonly twoSamples: readonly {
    name: string;
    a: Numbers;
    b: Numbers;
    ks: number;
    p: number;
    wasserstein: number;
    mean: number;
    deviation: number;
    median: number;
  }[];
  readonly large: readonly { values: Numbers; a: Numbers; b: Numbers; ks: number; p: number }[];
  readonly tables: readonly {
    a: Numbers;
    b: Numbers;
    chiSquare: number;
    p: number;
    degrees: number;
    jensenShannon: number;
    psi: number;
    psiThreshold: number;
    psiP: number;
  }[];
  readonly fisher: readonly {
    table: readonly [number, number, number, number];
    p: number;
    pLess: number;
  }[];
  readonly proportions: readonly {
    counts: readonly [number, number, number, number];
    z: number;
    p: number;
    pTwoSided: number;
  }[];
  readonly corrections: { p: number[]; bh: number[]; holm: number[] };
  readonly discrepancy: readonly {
    name: string;
    a: Numbers[];
    b: Numbers[];
    statistic: number;
    bandwidth: number;
    p: number;
  }[];
  readonly tails: {
    normal: readonly [number, number][];
    chiSquare: readonly [number, number, number][];
    quantile: readonly [number, number, number][];
    kolmogorov: readonly [number, number][];
  };
}

const reference = JSON.parse(
  readFileSync(`${paths.root}/test/references/statistics/reference.json`, 'utf8'),
) as Reference;
const test = suite('drift/statistics/reference');

/** Within a relative error, or an absolute one of 1e-15. */
function near(actual: number, expected: number, relative: number, what: string): void {
  const error = Math.abs(actual - expected);
  assert.ok(
    error <= relative * Math.abs(expected) + 1e-15,
    `${what}: ${actual}, SciPy has ${expected}`,
  );
}

for (const sample of reference.twoSamples)
  test(`two samples: ${sample.name}`, () => {
    const [a, b] = [stepsOf(sample.a), stepsOf(sample.b)];
    const { statistic, p } = kolmogorovSmirnov(a, b);
    near(statistic, sample.ks, 1e-12, 'KS');
    near(p, sample.p, 1e-9, 'exact p');
    near(kolmogorovSmirnov(b, a).p, sample.p, 1e-9, 'exact p, sides exchanged');
    near(wasserstein(a, b), sample.wasserstein, 1e-12, 'Wasserstein');
    near(momentsOf(a).mean, sample.mean, 1e-12, 'mean');
    near(momentsOf(a).deviation, sample.deviation, 1e-12, 'deviation');
    assert.is(quantileOf(a, 0.5), sample.median);
  });

for (const { values, a, b, ks, p } of reference.large) {
  const sum = (counts: Numbers) => counts.reduce((total, count) => total + count, 0);
  const sides = [a, b].map((counts) => {
    const kept = values.flatMap((value, i) => (counts[i] ? [[value, counts[i] as number]] : []));
    return {
      values: kept.map(([v]) => v!),
      counts: kept.map(([, c]) => c!),
      count: sum(counts),
    };
  }) as unknown as [Steps, Steps];
  test(`large samples of ${sum(a)} and ${sum(b)}: p close to the exact one`, () => {
    const found = kolmogorovSmirnov(...sides);
    near(found.statistic, ks, 1e-12, 'KS');
    near(found.p, p, 0.02, 'asymptotic p');
  });
}

for (const table of reference.tables)
  test(`counts ${table.a.join(' ')} and ${table.b.join(' ')}`, () => {
    const chi = chiSquare(table.a, table.b);
    near(chi.statistic, table.chiSquare, 1e-12, 'chi-square');
    near(chi.p, table.p, 1e-10, 'p');
    assert.is(chi.degrees, table.degrees);
    near(jensenShannon(table.a, table.b), table.jensenShannon, 1e-9, 'Jensen–Shannon');
    const psi = populationStability(table.a, table.b, 0.01);
    near(psi.index, table.psi, 1e-12, 'PSI');
    near(psi.threshold, table.psiThreshold, 1e-10, 'threshold');
    near(psi.p, table.psiP, 1e-9, 'p of PSI');
  });

test("Fisher's exact test", () => {
  for (const { table, p, pLess } of reference.fisher) {
    near(fisherExact(...table).p, p, 1e-9, `two-sided ${table}`);
    near(fisherExact(...table).pLess, pLess, 1e-9, `less ${table}`);
  }
});

test('two proportions', () => {
  for (const { counts, z, p, pTwoSided } of reference.proportions) {
    near(twoProportions(...counts).statistic, z, 1e-12, `z ${counts}`);
    near(twoProportions(...counts).p, p, 1e-10, `p ${counts}`);
    near(twoProportions(...counts).pTwoSided, pTwoSided, 1e-10, `two-sided p ${counts}`);
  }
  // 1 of 20 wrong against 0 of 20: too rare for z.
  const { p } = twoProportions(20, 20, 19, 20);
  near(p, 0.5, 1e-12, 'Fisher in place of z');
  for (const { table, p: exact } of reference.fisher.filter(({ table: [a, , c] }) => a + c < 10)) {
    const [a, b, c, d] = table;
    near(twoProportions(a, a + b, c, c + d).pTwoSided, exact, 1e-8, `two-sided ${table}`);
  }
});

test('corrections', () => {
  const { p, bh, holm: held } = reference.corrections;
  for (const [i, value] of benjaminiHochberg(p).entries()) near(value, bh[i]!, 1e-12, 'BH');
  for (const [i, value] of holm(p).entries()) near(value, held[i]!, 1e-12, 'Holm');
  assert.equal([holm([]), benjaminiHochberg([])], [[], []]);
});

for (const { name, a, b, statistic, bandwidth, p } of reference.discrepancy)
  test(`mean discrepancy: ${name}`, () => {
    const found = meanDiscrepancy(a, b, new Generator(deriveKey(1, 'test')));
    near(found.bandwidth, bandwidth, 1e-9, 'bandwidth');
    near(found.statistic, statistic, 1e-9, 'statistic');
    // Of 500 exchanges here, of 20,000 there; where there is hardly any beyond, a fitted tail.
    if (p > 0.02) assert.ok(Math.abs(found.p - p) < 0.07, `p is ${found.p}, ${p} there`);
    else assert.ok(found.p < 1e-4, `p is ${found.p}, ${p} there`);
  });

test('tails', () => {
  const { normal, chiSquare: chi, quantile, kolmogorov } = reference.tails;
  for (const [z, p] of normal) near(normalTail(z), p, 1e-10, `normal ${z}`);
  for (const [x, d, p] of chi) near(chiSquareTail(x, d), p, 1e-10, `chi-square ${x}, ${d}`);
  for (const [p, d, x] of quantile) near(chiSquareQuantile(p, d), x, 1e-9, `quantile ${p}, ${d}`);
  for (const [x, p] of kolmogorov) near(kolmogorovTail(x), p, 1e-9, `Kolmogorov ${x}`);
});

test.run();
