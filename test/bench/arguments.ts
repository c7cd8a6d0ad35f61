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
  /** Trains what was published with its model, too. */
  readonly anew: boolean;
}

/** `--train F --validation F --test F --store F --seeds N --list F --refit F --anew RECIPE …`; seeds are counted from 0. */
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
      anew: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  });
  const count = Number(values.seeds);
  if (!(Number.isSafeInteger(count) && count > 0))
    throw new Error(`--seeds: '${values.seeds}'; a whole number from 1 was expected`);
  return {
    training: values.train,
    validation: values.validation,
    test: values.test,
    store: values.store,
    seeds: [...Array(count).keys()],
    recipes: positionals,
    list: values.list,
    refit: values.refit,
    anew: values.anew,
  };
}
