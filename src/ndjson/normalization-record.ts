/** Normalisations as records: what `--out-params` saves and `--params` reads. */

import { type Normalization, normalizationFault } from '../idx/normalization.js';
import type { AnyRecord } from './records.js';

export interface NormalizationRecord extends AnyRecord, Normalization {
  readonly type: 'normalization';
  /** The size of the images it was learnt from; binding where it is per pixel. */
  readonly rows: number;
  readonly columns: number;
}

export function normalizationRecord(
  { kind, per, mean, deviation }: Normalization,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): NormalizationRecord {
  return { type: 'normalization', kind, per, rows, columns, mean, deviation };
}

/** Normalisation wanted of a file of parameters; undefined takes any. */
export interface WantedNormalization {
  readonly kind?: Normalization['kind'] | undefined;
  readonly per?: Normalization['per'] | undefined;
}

interface Size {
  readonly rows: number;
  readonly columns: number;
}

/**
 * The normalisation that a file of records holds: its one `normalization` record, or, where it is a report of
 * fmnist-stats, the one that its statistics give.
 * Throws a RangeError, in words, where there is none or another one than is wanted for images of rows × columns.
 */
export function normalizationOfRecord(
  records: readonly AnyRecord[],
  size: Size,
  wanted: WantedNormalization = {},
): Normalization {
  const found = records.filter(({ type }) => type === 'normalization');
  const [record] = found;
  const statistics = records.find(({ type }) => type === 'statistics');
  if (!record && statistics) return ofStatistics(statistics, records, size, wanted);
  if (!record || found.length > 1)
    throw new RangeError(
      `has ${found.length} records of type normalization; one was expected (fmnist-norm --fit --out-params writes it)`,
    );
  const normalization = soundNormalization(record, size);
  for (const field of ['kind', 'per'] as const) {
    const want = wanted[field];
    if (want !== undefined && want !== normalization[field])
      throw new RangeError(`holds '${normalization[field]}' where --${field} wants '${want}'`);
  }
  return normalization;
}

function soundNormalization(record: AnyRecord, { rows, columns }: Size): Normalization {
  if (record.per === 'pixel' && (record.rows !== rows || record.columns !== columns))
    throw new RangeError(
      `is for images of ${record.rows} × ${record.columns} pixels; ${rows} × ${columns} was expected`,
    );
  const fault = normalizationFault(record, rows * columns);
  if (fault) throw new RangeError(`the normalization record: ${fault}`);
  const { kind, per, mean, deviation } = record as unknown as Normalization;
  return { kind, per, mean, deviation };
}

/** Normalisation by a report's statistics, the same as `--fit` learns: the same sums, the same digits. */
function ofStatistics(
  statistics: AnyRecord,
  records: readonly AnyRecord[],
  size: Size,
  { kind = 'standardize', per = 'dataset' }: WantedNormalization,
): Normalization {
  if (statistics.pixelType !== 'u8')
    throw new RangeError('holds statistics of normalised pixels; those of raw ones were expected');
  const { min, max, rows, columns } = statistics;
  if (per === 'dataset') {
    const [mean, deviation] =
      kind === 'scale' ? [min, Number(max) - Number(min)] : [statistics.mean, statistics.deviation];
    const made = { kind, per, mean: [mean], deviation: [deviation] };
    return soundNormalization({ type: 'normalization', ...made }, size);
  }
  if (kind === 'scale')
    throw new RangeError('holds no least and greatest value of each pixel; --fit learns them');
  const image = (type: string) =>
    records.find((record) => record.type === type && record.label === undefined)?.pixels;
  const [mean, deviation] = [image('mean-image'), image('deviation-image')];
  return soundNormalization(
    {
      type: 'normalization',
      ...{ kind, per, rows, columns, mean },
      // As in fitting: a pixel that never changes becomes 0 everywhere.
      deviation: Array.isArray(deviation) ? deviation.map((d) => d || 1) : deviation,
    },
    size,
  );
}
