/** The corruptions there are, as a table. */

import type { CorruptionRecord } from '../ndjson/corruption-records.js';
import { table } from './table.js';

/** Text, a line a kind. */
export function corruptionList(records: readonly CorruptionRecord[]): string {
  const header = ['kind', 'the images are', '1', '2', '3', '4', '5', 'which is'];
  const rows = records.map(({ name, description, unit, amounts }) => [
    name,
    description,
    ...amounts,
    unit,
  ]);
  return `${table(header, rows).join('\n')}\n`;
}
