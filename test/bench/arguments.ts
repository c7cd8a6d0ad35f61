/** Words of the commands that measure: where the sets are, and which seeds. */

import { parseArgs } from 'node:util';

export interface RunArguments {
  readonly training: string;
  readonly validation: string;
  readonly test: string;
  readonly seeds: readonly number[];
  /** The file in which results are kept. */
  readonly store: string;
  readonly recipes: readonly string[];
  readonly list: string;
  /** A file of all images to train on, those to validate on included; or nothing. */
  readonly refit: string;
  /** How often a recipe is gone on with. */
  readonly rounds: number;
  /** Trains what was published with its model, too. */
  readonly anew: boolean;
  /** Makes the ensemble of all that was published with its model. */
  readonly published: boolean;
}

/** `--train F --validation F --test F --store F --seeds N --list F --refit F --rounds N --anew --published RECIPE …`; seeds are counted from 0. */
export function runArguments(defaults: { store: string; list?: string }): RunArguments {
  const text = (otherwise: string) => ({ type: 'string' as const, default: otherwise });
  const { values, positionals } = parseArgs({
    options: {
      train: text('build/train.idx'),
      validation: text('build/validation.idx'),
      test: text('build/test.idx'),
      store: text(defaults.store),
      seeds: text('5'),
      list: text(defaults.list ?? ''),
      refit: text(''),
      rounds: text('0'),
      anew: { type: 'boolean', default: false },
      published: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const whole = (option: 'seeds' | 'rounds', least: number) => {
    const count = Number(values[option]);
    if (Number.isSafeInteger(count) && count >= least) return count;
    throw new Error(`--${option}: '${values[option]}'; a whole number from ${least} was expected`);
  };
  return {
    training: values.train,
    validation: values.validation,
    test: values.test,
    store: values.store,
    seeds: [...Array(whole('seeds', 1)).keys()],
    recipes: positionals,
    list: values.list,
    refit: values.refit,
    rounds: whole('rounds', 0),
    anew: values.anew,
    published: values.published,
  };
}
