/** Reading the fields of partial records, which come from files: whatever is not as expected is a RangeError that names the field. */

import { fieldFault } from '../ndjson/record-fields.js';
import type { AnyRecord } from '../ndjson/records.js';
import type { ExactState } from './exact-sums.js';

/** A whole number within bounds. */
export function wholeOf(
  record: AnyRecord,
  field: string,
  min = 0,
  max = Number.MAX_SAFE_INTEGER,
): number {
  const value = record[field];
  if (!isWhole(value, min, max)) throw fieldFault(record, field, 'a whole number');
  return value;
}

/** A list of whole numbers from 0 up; `length` long where that is given. */
export function wholeListOf(
  record: AnyRecord,
  field: string,
  length?: number,
  max = Number.MAX_SAFE_INTEGER,
): number[] {
  const value = record[field];
  const fits =
    Array.isArray(value) &&
    (length === undefined || value.length === length) &&
    value.every((v) => isWhole(v, 0, max));
  if (!fits)
    throw fieldFault(
      record,
      field,
      length === undefined ? 'a list of whole numbers' : `a list of ${length} whole numbers`,
    );
  return value;
}

export function textOf(record: AnyRecord, field: string): string {
  const value = record[field];
  if (typeof value !== 'string') throw fieldFault(record, field, 'text');
  return value;
}

/** A finite number, or undefined where the field is absent. */
export function numberOf(record: AnyRecord, field: string): number | undefined {
  const value = record[field];
  if (value !== undefined && !Number.isFinite(value)) throw fieldFault(record, field, 'a number');
  return value as number | undefined;
}

/** The state of exact sums; `ExactSums.absorb` looks at what is in it. */
export function exactOf(record: AnyRecord, field: string): ExactState {
  const value = record[field] as Partial<ExactState> | null | undefined;
  const { exponent, totals } = value ?? {};
  if (typeof exponent !== 'number' || !Array.isArray(totals))
    throw fieldFault(record, field, 'exponent and totals');
  return { exponent, totals };
}

const isWhole = (value: unknown, min: number, max: number): value is number =>
  Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
