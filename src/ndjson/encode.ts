/** Records → lines. Non-finite numbers are errors: JSON would turn them into a silent null. */

import type { AnyRecord } from './records.js';

/** One record as a line, newline included. Typed arrays are written as lists. Throws on NaN and infinities, naming the field. */
export function encodeRecord(record: AnyRecord): string {
  return `${toJson(record)}\n`;
}

/** A value as JSON on one line, under the same rules. */
export function toJson(value: unknown): string {
  return JSON.stringify(plain(value, ''));
}

/** The value with typed arrays made lists and every number checked; parts without typed arrays are passed on as they are. */
function plain(value: unknown, path: string): unknown {
  if (typeof value === 'number') return finite(value, path);
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return plain(listOf(value), path);
  if (Array.isArray(value)) {
    let changed: unknown[] | undefined;
    for (let i = 0; i < value.length; i++) {
      const item = plain(value[i], `${path}[${i}]`);
      if (item !== value[i]) (changed ??= [...value])[i] = item;
    }
    return changed ?? value;
  }
  let changed: Record<string, unknown> | undefined;
  for (const [field, held] of Object.entries(value)) {
    const item = plain(held, path ? `${path}.${field}` : field);
    if (item !== held) (changed ??= { ...value })[field] = item;
  }
  return changed ?? value;
}

function finite(value: number, path: string): number {
  if (!Number.isFinite(value))
    throw new Error(`field '${path}' of a record is ${value}; a finite number was expected`);
  return value;
}

const listOf = (view: ArrayBufferView) => Array.from(view as unknown as ArrayLike<number>);
