/** Records of features as lines: NDJSON, CSV, or a table for people that grows line by line. */

import { featureNames } from '../image/features/measure.js';
import { encodeRecord } from '../ndjson/encode.js';
import type { FeaturesRecord } from '../ndjson/features-record.js';
import { float32List } from '../ndjson/float-text.js';
import { printable } from './printable.js';
import { cut, padEnd } from './text-width.js';

export type FeatureLines = (records: readonly FeaturesRecord[]) => string;

/** A line of JSON a record. */
export function featureRecordLines(records: readonly FeaturesRecord[]): string {
  return records.map(recordLine).join('');
}

function recordLine({ embedding, ...record }: FeaturesRecord): string {
  const line = encodeRecord(record as FeaturesRecord);
  if (!embedding) return line;
  // f32 have their own text, half as long as that of the same numbers in f64.
  return `${line.slice(0, -2)},"embedding":${float32List(embedding)}}\n`;
}

/** Columns of CSV; what an image lacks is left empty. */
export const csvColumns = [
  'index',
  'id',
  'time',
  'label',
  'prediction',
  'confidence',
  'margin',
  ...featureNames,
] as const;

/** Comma-separated values, without the header line. */
export function featureCsvLines(records: readonly FeaturesRecord[]): string {
  return records
    .map((record) => `${csvColumns.map((name) => csvText(record[name])).join(',')}\n`)
    .join('');
}

function csvText(value: string | number | undefined): string {
  const text = String(value ?? '');
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Heading, width and decimals of the figures that people see; the others are in the other formats. */
const shown: readonly (readonly [keyof FeaturesRecord & string, string, number, number])[] = [
  ['confidence', 'conf.', 6, 3],
  ['brightness', 'bright', 6, 1],
  ['contrast', 'contr', 6, 1],
  ['sharpness', 'sharp', 6, 1],
  ['edges', 'edges', 6, 3],
  ['entropy', 'entr', 5, 2],
  ['symmetry', 'symm', 6, 3],
  ['coverage', 'cover', 6, 3],
  ['orientation', 'angle', 6, 1],
  ['elongation', 'elong', 6, 3],
];

export interface FeatureTextOptions {
  /** Names a label; undefined where nothing is known of the images but what is measured. */
  readonly nameOf: ((label: number) => string) | undefined;
  readonly predicted: boolean;
}

/** The heading and the lines of a table in columns of fixed widths. */
export function featureText({ nameOf, predicted }: FeatureTextOptions): {
  readonly heading: string;
  readonly lines: FeatureLines;
} {
  const columns = shown.filter(([name]) => name !== 'confidence' || predicted);
  const words = (label: number | undefined) =>
    label === undefined || !nameOf ? '' : cut(printable(nameOf(label)), 11);
  const named = [...(nameOf ? ['label'] : []), ...(predicted ? ['predicted'] : [])];
  const row = (index: string, names: readonly string[], figures: readonly string[]) =>
    `${[index.padStart(6), ...names.map((name) => padEnd(name, 11)), ...figures].join('  ').trimEnd()}\n`;
  return {
    heading: row(
      'image',
      named,
      columns.map(([, heading, width]) => heading.padStart(width)),
    ),
    lines: (records) =>
      records
        .map((record) =>
          row(
            String(record.index),
            [
              ...(nameOf ? [words(record.label)] : []),
              ...(predicted ? [words(record.prediction)] : []),
            ],
            columns.map(([name, , width, decimals]) => {
              const value = record[name];
              return (typeof value === 'number' ? value.toFixed(decimals) : '').padStart(width);
            }),
          ),
        )
        .join(''),
  };
}
