/** Windows by rows and by time, clocks that go back, gaps; alarms that do not repeat themselves. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Alarms } from '../../../src/drift/alarms.js';
import {
  type LogWindow,
  parseExtent,
  planWindows,
  type WindowEvents,
  Windows,
} from '../../../src/drift/windows.js';

const test = suite('drift/windows');

/** first–last row of each window and its rows; * where it is not full. */
function cut(
  times: readonly (number | undefined)[],
  window: string,
  every?: string,
  events?: WindowEvents,
): string[] {
  const windows = new Windows(planWindows(window, every), events);
  const found: LogWindow[] = [];
  for (const [i, time] of times.entries())
    found.push(...windows.add({ kind: 'features', features: [['row', i + 1]], time }));
  found.push(...windows.end());
  return found.map(
    ({ firstRow, lastRow, sketch, full }) =>
      `${firstRow}–${lastRow} ${sketch.rows}${full ? '' : '*'}`,
  );
}

const rows = (count: number) => new Array<undefined>(count).fill(undefined);

test('by rows', () => {
  assert.equal(cut(rows(7), '3'), ['1–3 3', '4–6 3', '7–7 1*']);
  assert.equal(cut(rows(6), '3'), ['1–3 3', '4–6 3']);
  assert.equal(cut(rows(7), '4', '2'), ['1–4 4', '3–6 4', '5–7 3*']);
  assert.equal(cut([], '3'), []);
});

test('by time: whole seconds since 1970, not since the first record', () => {
  assert.equal(cut([500, 900, 1100, 2500, 2600], '1s'), ['1–2 2', '3–3 1', '4–5 2*']);
  assert.equal(cut([500, 1100, 2500, 3500], '2s', '1s'), ['1–2 2', '2–3 2', '3–4 2*']);
});

test('a clock that goes back is told once a window, and nothing is lost', () => {
  const told: string[] = [];
  const backwards = (row: number, ms: number) => void told.push(`row ${row}, ${ms}`);
  assert.equal(cut([1500, 300, 200, 1600, 2100, 900], '1s', undefined, { backwards }), [
    '1–4 4',
    '5–6 2*',
  ]);
  assert.equal(told, ['row 2, 700', 'row 6, 1100']);
});

test('a gap: two windows of nothing, then the rest counted', () => {
  let missing = 0;
  const skipped = (count: number) => {
    missing += count;
  };
  assert.equal(cut([500, 10_500], '1s', undefined, { skipped }), ['1–1 1', '2–1 0', '2–2 1*']);
  assert.is(missing, 8);
  assert.equal(cut([500, 1_700_000_000_000], '1s').length, 3);
});

test('times are needed for windows by time', () => {
  assert.throws(() => cut([undefined], '1s'), /has no time/);
});

test('extents', () => {
  assert.equal(parseExtent('500'), { rows: 500 });
  assert.equal(parseExtent('10m'), { milliseconds: 600_000 });
  for (const text of ['0', '', '-3', '1.5', '10 m', '5w', 'm'])
    assert.throws(() => parseExtent(text), /is not a number of rows/);
  assert.throws(() => planWindows('10', '3'), /a multiple was expected/);
  assert.throws(() => planWindows('10', '3s'), /a multiple was expected/);
});

test('a label that comes late counts where it comes, and is no row', () => {
  const windows = new Windows(planWindows('2'));
  const found: LogWindow[] = [];
  const answer = { kind: 'served', features: [['row', 1]], prediction: 1 } as const;
  for (const row of [
    answer,
    answer,
    answer,
    { kind: 'served', features: [], prediction: 1, label: 1, late: true } as const,
  ])
    found.push(...windows.add(row));
  found.push(...windows.end());
  assert.equal(
    found.map(({ lastRow, sketch }) => [lastRow, sketch.rows, sketch.judged, sketch.right]),
    [
      [2, 2, 0, 0],
      [3, 1, 1, 1],
    ],
  );
});

test('one bad hour alarms once', () => {
  const alarms = new Alarms(2);
  const verdicts = [0, 1, 1, 0, 1, 0, 0, 1, 1].map((drift) => alarms.next(drift === 1));
  assert.equal(verdicts.map(Number), [0, 1, 0, 0, 0, 0, 0, 1, 0]);
  assert.is(alarms.raised, 2);
  const eager = new Alarms(0);
  assert.equal(
    [true, true].map((drift) => eager.next(drift)),
    [true, true],
  );
});

test.run();
