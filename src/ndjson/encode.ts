/** Records → lines. Non-finite numbers are errors: JSON would turn them into a silent null. */

import { toJson } from '../core/json.js';
import type { AnyRecord } from './records.js';

/** One record as a line, newline included. Typed arrays are written as lists. Throws on NaN and infinities, naming the field. */
export function encodeRecord(record: AnyRecord): string {
  return `${toJson(record)}\n`;
}
