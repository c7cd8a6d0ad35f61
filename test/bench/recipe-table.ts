/** The table of recipes: what each costs, and how good it is. Made from the records that `make recipes` keeps. */

import type { AnyRecord } from '../../src/ndjson/records.js';
import { grouped } from '../../src/picture/numbers.js';
import { clock, mean, median, shareOfSeeds } from './figures.js';
import { type Attributed, attributed, behindMachines, machineSentences } from './machine.js';
import type { Sheet } from './markdown.js';
import type { Judgement, Training } from './run-records.js';
import { ofType } from './store.js';

/** A recipe's row is made of the runs of the same recipe, data and version as its newest one. */
export function recipeSheet(records: readonly AnyRecord[]): Sheet {
  const current = newestRuns(records);
  const trainings = ofType<Training>(current, 'training');
  const judgements = ofType<Judgement>(current, 'judgement');
  const newest = new Map(trainings.map((training) => [training.name, training]));
  const rows = [...newest.values()].map((last) => {
    const runs = trainings.filter((run) => sameWork(run, last));
    const found = (options: string) =>
      judgements.filter(
        (run) => sameWork(run, last) && run.set === 'test' && run.options === options,
      );
    const [plain, flipped] = [found(''), found('--tta flip')];
    const accuracies = (all: readonly Judgement[]) => all.map(({ accuracy }) => accuracy);
    return {
      cost: median(runs.map(({ seconds, trainingSeconds }) => seconds ?? trainingSeconds)),
      cells: (cost: number) => [
        last.name,
        grouped(last.parameters),
        epochsOf(runs),
        clock(cost),
        shareOfSeeds(runs.flatMap(({ validationAccuracy }) => validationAccuracy ?? [])),
        shareOfSeeds(accuracies(plain)),
        plain.length > 0 ? mean(plain.map(({ ece }) => ece)).toFixed(4) : '–',
        shareOfSeeds(accuracies(flipped)),
        String(runs.length),
      ],
    };
  });
  rows.sort((a, b) => a.cost - b.cost);
  return {
    header: [
      'recipe',
      'parameters',
      'epochs',
      'training time',
      'validation',
      'test',
      'ECE',
      'test, flipped too',
      'seeds',
    ],
    rows: rows.map(({ cost, cells }) => cells(cost)),
    notes: [
      ...([...newest.values()].some(({ ensemble }) => ensemble)
        ? [
            'An ensemble is the mean of trained models (fmnist-export --ensemble); its time is theirs.',
          ]
        : []),
      ...([...newest.values()].some(({ validationAccuracy }) => validationAccuracy === undefined)
        ? [
            'Refitted: trained to the end on the training images and on those for validation, as validation has chosen it before; its teacher is not.',
          ]
        : []),
      'Accuracies are means over the seeds ± their standard deviation (n − 1). Validation chooses the epoch; the test set is read once, at the end. The time is the median of the whole command, reading and validating included.',
      ...machineSentences(
        current.filter(({ type }) => type !== 'judgement'),
        ({ name }) => String(name),
      ),
    ],
  };
}

/** Without what a recipe was before, without repetitions, of what was done again the last; each behind the machine it was first seen on. */
export function newestRuns(records: readonly AnyRecord[]): AnyRecord[] {
  const newest = new Map(ofType<Training>(records, 'training').map((run) => [run.name, run]));
  const kept = new Map<string, Attributed>();
  for (const run of attributed(records)) {
    const { record } = run;
    if (![...newest.values()].some((n) => sameWork(record, n))) continue;
    const { type, recipe, data, version, seed, set, options } = record;
    const work = JSON.stringify([type, recipe, data, version, seed, set, options]);
    if (JSON.stringify(kept.get(work)?.record) !== JSON.stringify(record)) kept.set(work, run);
  }
  return behindMachines([...kept.values()]);
}

const sameWork = (a: AnyRecord, b: AnyRecord) =>
  a.recipe === b.recipe && a.data === b.data && a.version === b.version;

function epochsOf(runs: readonly Training[]): string {
  const counts = runs.map(({ epochs }) => epochs);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? String(least) : `${least}–${most}`;
}
