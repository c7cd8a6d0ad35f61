/** An alert in words, for people. */

import type { AlertRecord } from '../../ndjson/alert-records.js';

/** One line: `FIRING page latency: …`. */
export function alertLine({ state, severity, objective, message, since }: AlertRecord): string {
  const ended = state === 'resolved' ? ` (since ${since})` : '';
  return `${state.toUpperCase()} ${severity} ${objective}: ${message}${ended}`;
}
