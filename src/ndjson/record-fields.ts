/** Fields of records, read with types and bounds; every reader of records words its faults here, and every fault says the value. */

import { isByte, isShown } from '../core/json.js';
import { parseTime } from '../core/time.js';
import type { AnyRecord } from './records.js';

/**
 * The RangeError of a field that is not as expected: `the field 'ms' of a served record is 1e+300; … was expected`. `value` is what
 * stood there, where it is not the record's own field but a part of one.
 */
export function fieldFault(
  record: AnyRecord,
  field: string,
  expected: string,
  value: unknown = record[field],
): RangeError {
  return new RangeError(`${fieldOf(record, field)} ${isShown(value)}; ${expected} was expected`);
}

/** A whole number from 0 up; RangeError for anything else. */
export function wholeField(
  record: AnyRecord,
  field: string,
  expected = 'a whole number from 0',
): number {
  const value = record[field];
  if (!Number.isSafeInteger(value) || (value as number) < 0)
    throw fieldFault(record, field, expected);
  return value as number;
}

/** The value of a label; RangeError for anything else. */
export function labelField(record: AnyRecord, field: string): number {
  const value = record[field];
  if (!isByte(value)) throw fieldFault(record, field, 'a label from 0 to 255');
  return value;
}

/** Milliseconds since 1970 of a field that holds a time; RangeError where it holds anything else, or nothing. */
export function timeField(record: AnyRecord, field: string): number {
  try {
    return parseTime(record[field]);
  } catch (error) {
    const { message } = error as RangeError;
    throw new RangeError(`${fieldOf(record, field)} ${message}`, { cause: error });
  }
}

const fieldOf = ({ type }: AnyRecord, field: string) =>
  `the field '${field}' of ${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type} record`;
