/** Common beginning of several histories. */

import { isDeepStrictEqual } from 'node:util';
import type { HistoryRecord } from './annotation.js';

/** The records with which every one of the histories begins; `histories` holds at least one. */
export function sharedHistory(
  histories: readonly (readonly HistoryRecord[])[],
): readonly HistoryRecord[] {
  const [first = []] = histories;
  const length = first.findIndex(
    (record, i) => !histories.every((history) => isDeepStrictEqual(history[i], record)),
  );
  return length === -1 ? first : first.slice(0, length);
}
