/** Figures of load in words. */

import type { LoadRecord } from '../../ndjson/load-records.js';
import { grouped } from '../../picture/numbers.js';

/** `0.84 ms`, `12.3 ms`, `1,204 ms`. */
export function milliseconds(value: number | undefined): string {
  if (value === undefined) return '–';
  return `${grouped(value, value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;
}

/** `412`, `41.2` or `4.12`: three figures at least. */
export function rateWords(value: number): string {
  return grouped(value, value < 10 ? 2 : value < 100 ? 1 : 0);
}

/** `closed loop, 8 connections`. */
export function loopWords({ loop, rate, connections }: LoadRecord): string {
  const lines = `${connections} connection${connections === 1 ? '' : 's'}`;
  return loop === 'open'
    ? `open loop, ${grouped(rate ?? 0)} requests/s, up to ${lines}`
    : `closed loop, ${lines}`;
}

/** The kinds of failure that there were: `3 status 503, 1 timeout`. */
export function failureWords({ errors, statuses }: LoadRecord): string {
  const refused = Object.entries(statuses)
    .filter(([status]) => !status.startsWith('2'))
    .map(([status, count]) => `${grouped(count)} × status ${status}`);
  const others = [
    [errors.timeout, 'without an answer in time'],
    [errors.connection, 'with a connection that failed'],
    [errors.answer, 'with an answer that is none'],
  ] as const;
  const words = others.filter(([count]) => count > 0).map(([count, w]) => `${grouped(count)} ${w}`);
  return [...refused, ...words].join(', ');
}
