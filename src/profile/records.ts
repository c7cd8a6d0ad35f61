/** A summary as records. */

import { present } from '../core/present.js';
import type { AnyRecord } from '../ndjson/records.js';
import type {
  ClassStatisticsRecord,
  DeviationImageRecord,
  FindingRecord,
  MeanImageRecord,
  PixelHistogramRecord,
  SpreadRecord,
  StatisticsRecord,
} from '../ndjson/statistics-records.js';
import type { Summary } from './summary.js';

/** The records of a report, in order, without its `run`. findings: how many of each kind at most. */
export function* statisticsRecords(summary: Summary, findings: number): Generator<AnyRecord> {
  yield statisticsRecord(summary);
  for (const { meanImage, ...rest } of summary.classes)
    yield { type: 'class-statistics', ...rest } satisfies ClassStatisticsRecord;
  const { rows, columns } = summary.facts.shape;
  const { pixels } = summary;
  if (pixels) {
    yield { type: 'pixel-histogram', ...pixels.histogram } satisfies PixelHistogramRecord;
    for (const of of ['brightness', 'contrast'] as const)
      yield { type: 'spread', of, ...pixels[of] } satisfies SpreadRecord;
    const all = [...pixels.meanImage];
    yield { type: 'mean-image', rows, columns, pixels: all } satisfies MeanImageRecord;
    if (pixels.deviationImage) {
      const each = [...pixels.deviationImage];
      yield { type: 'deviation-image', rows, columns, pixels: each } satisfies DeviationImageRecord;
    }
  }
  for (const { label, meanImage } of summary.classes)
    if (meanImage)
      yield {
        type: 'mean-image',
        label,
        rows,
        columns,
        // To look at, not to calculate with: six digits.
        pixels: Array.from(meanImage, (value) => Number(value.toPrecision(6))),
      } satisfies MeanImageRecord;
  yield* findingRecords(summary, findings);
}

function statisticsRecord(summary: Summary): StatisticsRecord {
  const { images, facts, pixels, balance, blank, nearConstant, duplicates, unknownLabels } =
    summary;
  const { shape, dataset, split, synthetic } = facts;
  const { rows, columns, pixelType, normalization } = shape;
  return {
    type: 'statistics',
    ...present({ dataset, split, synthetic }),
    images,
    rows,
    columns,
    pixelType,
    ...present({
      normalization,
      mean: pixels?.mean,
      deviation: pixels?.deviation,
      min: pixels?.min,
      max: pixels?.max,
      classes: balance?.classes,
      emptyClasses: balance?.emptyClasses,
      imbalance: balance?.ratio,
      evenness: balance?.evenness,
    }),
    blank: blank.count,
    nearConstant: nearConstant.count,
    ...present({
      duplicates: duplicates?.images,
      duplicateGroups: duplicates?.groups,
      largestGroup: duplicates?.largest,
      conflictingGroups: duplicates?.conflicting,
      unknownLabels: unknownLabels?.count,
    }),
  };
}

function* findingRecords(summary: Summary, most: number): Generator<FindingRecord> {
  const { blank, nearConstant, unknownLabels, duplicates, labelOf } = summary;
  const kinds = [
    ['blank', blank],
    ['near-constant', nearConstant],
    ['unknown-label', unknownLabels],
  ] as const;
  for (const [finding, found] of kinds)
    for (const index of found?.rows.slice(0, most) ?? [])
      yield { type: 'finding', finding, index, ...present({ label: labelOf(index) }) };
  for (const { index, of } of duplicates?.rows.slice(0, most) ?? [])
    yield {
      type: 'finding',
      finding: 'duplicate',
      index,
      ...present({ label: labelOf(index) }),
      of,
      ...present({ ofLabel: labelOf(of) }),
    };
}
