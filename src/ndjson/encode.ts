/** Records → lines. Non-finite numbers are errors: JSON would turn them into a silent null. */

import type { AnyRecord } from './records.js';

/** One record as a line, newline included. Typed arrays are written as lists. Throws on NaN and infinities, naming the field. */
export function encodeRecord(record: AnyRecord): string {
  return `${JSON.stringify(record, checked)}\n`;
}

function checked(field: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new Error(`field '${field}' of a record is ${value}; a finite number was expected`);
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>);
  return value;
}
