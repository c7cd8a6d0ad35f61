/**
 * Comparison part of the report: the verdict on the candidate of the last retraining, as fmnist-
 * compare wrote it.
 */

import { points, pValuePhrase } from '../evaluate/comparison/report.js';
import type { ClassComparisonRecord, ComparisonRecord } from '../ndjson/comparison-records.js';
import { decodeRecords } from '../ndjson/decode.js';
import { grouped, percent } from '../picture/numbers.js';
import { htmlTable } from '../picture/page.js';
import type { Folder } from './folder.js';
import type { ReportPart } from './part.js';

const files = {
  'comparison.ndjson': 'the same images',
  'retrain/comparison-new.ndjson': 'newly labelled images',
  'retrain/comparison-old.ndjson': 'the old validation images',
} as const;
const title = 'New model against old';

interface Found {
  readonly where: string;
  readonly whole: ComparisonRecord;
  readonly classes: readonly ClassComparisonRecord[];
}

export async function comparisonPart(folder: Folder): Promise<ReportPart> {
  const names = Object.keys(files) as (keyof typeof files)[];
  const there = names.filter((name) => folder.names.includes(name));
  const found: Found[] = [];
  for (const name of there) {
    let whole: ComparisonRecord | undefined;
    const classes: ClassComparisonRecord[] = [];
    for await (const { record } of decodeRecords(await folder.open(name))) {
      if (record.type === 'comparison') whole = record as ComparisonRecord;
      if (record.type === 'class-comparison') classes.push(record as ClassComparisonRecord);
    }
    if (whole) found.push({ where: files[name], whole, classes });
  }
  if (found.length === 0)
    return {
      title,
      files: names,
      absent: `none of ${names.join(', ')} is there; fmnist-compare and make retrain write them`,
    };
  return {
    title,
    files: there,
    answer: found
      .map(
        ({ where, whole }) =>
          `${whole.passed ? 'passed' : 'did not pass'} on ${where} (${points(whole.difference)} points)`,
      )
      .join('; '),
    sections: () => [
      {
        body: htmlTable(
          ['on', 'images', 'old', 'new', 'points', 'interval', 'mid-p', 'margin', 'answer'],
          found.map(({ where, whole }) => [
            where,
            grouped(whole.images),
            percent(whole.oldAccuracy, 2),
            percent(whole.newAccuracy, 2),
            points(whole.difference),
            `${points(whole.differenceLow)} to ${points(whole.differenceHigh)}`,
            pValuePhrase(whole.midP).replace(/^p =? ?/, ''),
            whole.margin === undefined ? 'must be better' : points(-whole.margin),
            whole.passed ? 'passed' : 'did not pass',
          ]),
        ),
      },
      ...found.map(({ where, classes }) => ({
        title: `Classes, on ${where}`,
        body: htmlTable(
          ['class', 'images', 'old', 'new', 'points', 'interval', ''],
          classes.map((of) => [
            of.name,
            grouped(of.images),
            percent(of.oldRecall),
            percent(of.newRecall),
            points(of.difference, 1),
            `${points(of.differenceLow, 1)} to ${points(of.differenceHigh, 1)}`,
            of.passed ? '' : 'too much lower',
          ]),
        ),
      })),
    ],
  };
}
