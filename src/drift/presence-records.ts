/** Missing values in the records of a sketch: rows by kind, and of every feature those without a value. */

import { isObject } from '../core/json.js';
import type { MeasuredRows } from '../ndjson/drift-records.js';
import { fieldFault } from '../ndjson/record-fields.js';
import type { AnyRecord } from '../ndjson/records.js';
import { kindIndex, type Presence, type RowKind, rowKinds } from './presence.js';
import type { WindowSketch } from './window-sketch.js';

/** Fields of the kinds that name a feature; rows: [kinds] of the sketch. */
export function measuredRows(presence: Presence, rows: readonly number[]): MeasuredRows {
  const kinds = rowKinds.filter((_, i) => presence.names(i));
  return {
    kinds,
    rows: kinds.map((kind) => rows[kindIndex[kind]]!),
    missing: kinds.map((kind) => rows[kindIndex[kind]]! - presence.values[kindIndex[kind]]!),
  };
}

/** Takes the kinds of the rows from the head of a sketch; those of one that does not say them are unknown. */
export function absorbKinds(into: WindowSketch, record: AnyRecord): void {
  if (record.kinds === undefined) {
    into.rowsByKind[kindIndex.unknown] = into.rows;
    let predicted = 0;
    for (const times of into.predictions.values()) predicted += times;
    into.presence.prediction.values[kindIndex.unknown] = predicted;
    return;
  }
  const { kinds, counts } = lists(record, 'kinds', record.kinds, ['counts']);
  for (const [i, kind] of kinds.entries()) into.rowsByKind[kind]! += counts[i]!;
  if (into.rowsByKind.reduce((sum, count) => sum + count, 0) !== into.rows)
    throw fieldFault(record, 'kinds', `kinds of ${into.rows} rows in all`);
  const measured = isObject(record.measured) ? record.measured : {};
  for (const name of ['prediction', 'embedding'] as const)
    absorbMeasured(into.presence[name], record, measured[name]);
}

/** Takes which rows have a number of a feature; where its record does not say it, `count` rows of unknown kind. */
export function absorbPresence(into: Presence, record: AnyRecord, count: number): void {
  if (record.measured === undefined) {
    into.values[kindIndex.unknown]! += count;
    return;
  }
  const there = absorbMeasured(into, record, record.measured);
  if (there !== count)
    throw fieldFault(record, 'measured', `${count} rows with a number, as 'count' says,`);
}

/** The rows with a value. */
function absorbMeasured(into: Presence, record: AnyRecord, value: unknown): number {
  const { kinds, rows, missing } = lists(record, 'measured', value, ['rows', 'missing']);
  let all = 0;
  for (const [i, kind] of kinds.entries()) {
    const there = rows[i]! - missing[i]!;
    if (there < 0) throw fieldFault(record, 'measured', 'no more missing values than rows', value);
    into.values[kind]! += there;
    into.blanks[kind]! += missing[i]!;
    all += there;
  }
  return all;
}

/** Lists of counts beside a list of kinds, which become their places. */
function lists<const F extends string>(
  record: AnyRecord,
  field: string,
  value: unknown,
  names: readonly F[],
): { readonly [name in F | 'kinds']: readonly number[] } {
  const given = isObject(value) ? value : {};
  const kinds = Array.isArray(given.kinds)
    ? given.kinds.map((kind) => kindIndex[kind as RowKind] ?? -1)
    : [-1];
  const fits =
    kinds.every((kind) => kind >= 0) &&
    names.every((name) => {
      const counts = given[name];
      return (
        Array.isArray(counts) &&
        counts.length === kinds.length &&
        counts.every((count) => Number.isSafeInteger(count) && count >= 0)
      );
    });
  if (!fits)
    throw fieldFault(
      record,
      field,
      `lists of kinds (${rowKinds.join(', ')}) and of their ${names.join(' and ')}`,
      value,
    );
  return { ...given, kinds } as { readonly [name in F | 'kinds']: readonly number[] };
}
