/** Normalisations as records: what `--out-params` saves and `--params` reads. */

import type { AnyRecord } from '../ndjson/records.js';
import { type Normalization, normalizationFault } from './normalization.js';

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

/** What is wanted of a file of parameters; undefined takes what is there. */
export interface WantedNormalization {
  readonly kind?: Normalization['kind'] | undefined;
  readonly per?: Normalization['per'] | undefined;
}

/**
 * The one `normalization` record among the records.
 * Throws a RangeError, in words, where there is none or another one than is wanted for images of rows × columns.
 */
export function normalizationOf(
  records: readonly AnyRecord[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
  wanted: WantedNormalization = {},
): Normalization {
  const found = records.filter(({ type }) => type === 'normalization');
  const record = found[0];
  if (!record || found.length > 1)
    throw new RangeError(
      `has ${found.length} records of type normalization; one was expected (fmnist-norm --fit --out-params writes it)`,
    );
  const fault = normalizationFault(record, rows * columns);
  if (fault) throw new RangeError(`the normalization record: ${fault}`);
  const { kind, per, mean, deviation } = record as unknown as Normalization;
  if (per === 'pixel' && (record.rows !== rows || record.columns !== columns))
    throw new RangeError(
      `is for images of ${record.rows} × ${record.columns} pixels; ${rows} × ${columns} was expected`,
    );
  for (const field of ['kind', 'per'] as const) {
    const want = wanted[field];
    if (want !== undefined && want !== record[field])
      throw new RangeError(`holds '${record[field]}' where --${field} wants '${want}'`);
  }
  return { kind, per, mean, deviation };
}
