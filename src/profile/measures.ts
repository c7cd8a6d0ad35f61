/** Measures of a summary that rules can name. */

import type { Quantiles } from '../ndjson/statistics-records.js';
import type { ClassSummary, Found, Summary } from './summary.js';

export type RuleKind = 'number' | 'text' | 'shape' | 'labels';

/** Value of a measure. */
export interface MeasuredValue {
  /** Absent where the set does not tell. */
  readonly value?: number | string | readonly number[] | undefined;
  /** By class, where the rule is about each of them; `value` is then not given. */
  readonly perClass?: readonly { readonly label: number; readonly value: number | undefined }[];
  /** The images that are counted. */
  readonly found?: Found | undefined;
}

type Measure = (summary: Summary) => MeasuredValue;

const count =
  (pick: (summary: Summary) => Found | undefined): Measure =>
  (summary) => {
    const found = pick(summary);
    return { value: found?.count, found };
  };

const share =
  (measure: Measure): Measure =>
  (summary) => {
    const { value, found } = measure(summary);
    const known = typeof value === 'number' && summary.images > 0;
    return { value: known ? value / summary.images : undefined, found };
  };

const each =
  (pick: (of: ClassSummary) => number | undefined): Measure =>
  ({ classes }) => ({
    perClass: classes
      .filter(({ known }) => known)
      .map((of) => ({ label: of.label, value: pick(of) })),
  });

const duplicates = count(
  ({ duplicates: d }) => d && { count: d.images, rows: d.rows.map(({ index }) => index) },
);
const blank = count((summary) => summary.blank);
const nearConstant = count((summary) => summary.nearConstant);
const unknownLabels = count((summary) => summary.unknownLabels);

const numbers: Readonly<Record<string, Measure>> = {
  images: ({ images }) => ({ value: images }),
  mean: ({ pixels }) => ({ value: pixels?.mean }),
  deviation: ({ pixels }) => ({ value: pixels?.deviation }),
  min: ({ pixels }) => ({ value: pixels?.min }),
  max: ({ pixels }) => ({ value: pixels?.max }),
  classes: ({ balance }) => ({ value: balance?.classes }),
  emptyClasses: ({ balance }) => ({ value: balance?.emptyClasses }),
  imbalance: ({ balance }) => ({ value: balance?.ratio }),
  evenness: ({ balance }) => ({ value: balance?.evenness }),
  classCount: each((of) => of.count),
  classShare: each((of) => of.share),
  classMean: each((of) => of.mean),
  classDeviation: each((of) => of.deviation),
  blank,
  blankShare: share(blank),
  nearConstant,
  nearConstantShare: share(nearConstant),
  duplicates,
  duplicateShare: share(duplicates),
  conflictingGroups: ({ duplicates: d }) => ({ value: d?.conflicting }),
  unknownLabels,
  unknownLabelShare: share(unknownLabels),
  ...spreadMeasures('brightness'),
  ...spreadMeasures('contrast'),
};

const others: Readonly<Record<string, readonly [RuleKind, Measure]>> = {
  pixelType: ['text', ({ facts }) => ({ value: facts.shape.pixelType })],
  shape: ['shape', ({ facts: { shape } }) => ({ value: [shape.rows, shape.columns] })],
  labels: [
    'labels',
    ({ classes }) => ({ value: classes.flatMap((c) => (c.count ? c.label : [])) }),
  ],
};

function spreadMeasures(of: 'brightness' | 'contrast'): Record<string, Measure> {
  const parts = ['min', 'p01', 'p05', 'p25', 'p50', 'p75', 'p95', 'p99', 'max'] as const;
  return Object.fromEntries(
    parts.map((part: keyof Quantiles) => [
      `${of}.${part}`,
      ({ pixels }: Summary) => ({ value: pixels?.[of][part] }),
    ]),
  );
}

/** Every measure's name. */
export function measureNames(): string[] {
  return [...Object.keys(numbers), ...Object.keys(others)];
}

/** Type of a measure's value; undefined for an unknown name. */
export function ruleKind(name: string): RuleKind | undefined {
  return Object.hasOwn(numbers, name)
    ? 'number'
    : Object.hasOwn(others, name)
      ? others[name]?.[0]
      : undefined;
}

/** The measure of that name, taken. */
export function measure(name: string, summary: Summary): MeasuredValue {
  return (numbers[name] ?? others[name]?.[1])?.(summary) ?? {};
}
