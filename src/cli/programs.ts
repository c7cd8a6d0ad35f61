/** The programs of the suite, in the order in which a newcomer meets them. Every list of programs is drawn from this one. */

export interface Program {
  /** Without the `fmnist-` prefix: `stats`. */
  readonly name: string;
  readonly group: 'data' | 'model' | 'operate';
}

export const programs: readonly Program[] = [
  { name: 'fetch', group: 'data' },
  { name: 'cat', group: 'data' },
  { name: 'split', group: 'data' },
  { name: 'stats', group: 'data' },
  { name: 'augment', group: 'data' },
  { name: 'corrupt', group: 'data' },
  { name: 'features', group: 'data' },
  { name: 'norm', group: 'data' },
  { name: 'show', group: 'data' },
  { name: 'train', group: 'model' },
  { name: 'adopt', group: 'model' },
  { name: 'predict', group: 'model' },
  { name: 'eval', group: 'model' },
  { name: 'compare', group: 'model' },
  { name: 'export', group: 'model' },
  { name: 'serve', group: 'operate' },
  { name: 'load', group: 'operate' },
  { name: 'drift', group: 'operate' },
  { name: 'watch', group: 'operate' },
  { name: 'report', group: 'operate' },
];

/** Headings of the groups of programs. */
export const groups: Readonly<Record<Program['group'], string>> = {
  data: 'get, look at and prepare data',
  model: 'train and evaluate models',
  operate: 'register, serve and watch models',
};

/** The command that lists the others is called by the suite's name alone; all others carry it as a prefix. */
export const suiteName = 'fmnist';

/** `stats` → `fmnist-stats`; `fmnist` stays. */
export function programName(name: string): string {
  return name === suiteName ? suiteName : `${suiteName}-${name}`;
}
