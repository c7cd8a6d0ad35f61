/** The table of an ablation: what each part of a recipe brings, as the difference its absence makes on the validation images. */

import type { AnyRecord } from '../../src/ndjson/records.js';
import { clock, deviation, mean, median, shareOfSeeds } from './figures.js';
import { machineSentence } from './machine.js';
import type { Sheet } from './markdown.js';
import { ofType } from './store.js';

/** One variant with one seed. */
export interface Trial extends AnyRecord {
  readonly type: 'trial';
  /** The recipe's name, and the variant's. */
  readonly base: string;
  readonly variant: string;
  readonly seed: number;
  readonly accuracy: number;
  readonly seconds: number;
}

/** A variant that the programs refused, and what they said. */
export interface Refusal extends AnyRecord {
  readonly type: 'refusal';
  readonly variant: string;
  readonly reason: string;
}

/** Trials in the order of the list, the recipe as it is first; its variant is called `as it is`. */
export function ablationSheet(base: string, records: readonly AnyRecord[]): Sheet {
  const trials = ofType<Trial>(records, 'trial');
  const refusals = ofType<Refusal>(records, 'refusal');
  const names = [...new Set(trials.map(({ variant }) => variant))];
  const accuracyOf = (name: string) =>
    new Map(trials.filter((t) => t.variant === name).map((t) => [t.seed, t.accuracy]));
  const whole = accuracyOf(unchanged);
  const rows = names.map((name) => {
    const found = accuracyOf(name);
    const seconds = trials.filter((t) => t.variant === name).map((t) => t.seconds);
    return [
      name,
      shareOfSeeds([...found.values()]),
      name === unchanged ? '–' : difference(found, whole),
      clock(median(seconds)),
      String(found.size),
    ];
  });
  return {
    header: [`recipe ${base}`, 'validation accuracy', 'difference', 'training time', 'seeds'],
    rows,
    notes: [
      'Accuracies are means over the seeds ± their standard deviation (n − 1); differences, in points, are taken seed by seed, ± their standard error. The test set has no part in this.',
      ...refusals.map(({ variant, reason }) => `Not run: ${variant} (${reason}).`),
      ...machineSentence(records),
    ],
  };
}

export const unchanged = 'as it is';

/** Mean over the seeds that both have, in points, ± its standard error. */
export function difference(
  of: ReadonlyMap<number, number>,
  from: ReadonlyMap<number, number>,
): string {
  const points = [...of].flatMap(([seed, accuracy]) => {
    const other = from.get(seed);
    return other === undefined ? [] : [(accuracy - other) * 100];
  });
  if (points.length === 0) return '–';
  const middle = mean(points);
  const error = deviation(points) / Math.sqrt(points.length);
  const sign = middle < 0 ? '−' : '+';
  const around = Number.isFinite(error) ? ` ± ${error.toFixed(2)}` : '';
  return `${sign}${Math.abs(middle).toFixed(2)}${around}`;
}
