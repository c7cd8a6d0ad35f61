/** Burn rates, and when alerts begin and end: values worked out by hand. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AlertRecord } from '../../../src/ndjson/alert-records.js';
import { readWatchRules } from '../../../src/watch/read-rules.js';
import { Watcher } from '../../../src/watch/watcher.js';

const test = suite('watch/watcher');
const minute = 60_000;
const start = Date.parse('2026-11-21T10:00:00Z');
const rules = (objective: object, more: object = {}) =>
  readWatchRules(
    JSON.stringify({
      objectives: [{ name: 'o', ...objective }],
      burn: [{ long: '10m', short: '5m', rate: 4, severity: 'page' }],
      coolDown: '2m',
      least: 10,
      ...more,
    }),
    'rules',
  );
const brief = ({ state, time, value }: AlertRecord) =>
  `${state} ${time.slice(11, 16)}${value === undefined ? '' : ` ${value.toFixed(2)}`}`;

/** Ten events a minute, so many of them good. */
function* minutes(watcher: Watcher, good: readonly number[], from = start) {
  for (const [i, count] of good.entries())
    yield* watcher.count(from + i * minute + 500, 0, count, 10);
  yield* watcher.advance(from + good.length * minute);
}

test('fires when both windows burn, and ends when the short one has been quiet for the cool-down', () => {
  const watcher = new Watcher(rules({ kind: 'confidence', least: 0.5, share: 0.9 }));
  assert.is(watcher.step, minute);
  // A budget of 1 in 10. From the 6th minute on all are bad: after k bad minutes of the last ten, the long window
  // burns at 10 k / (10 (5 + k)) / 0.1 = 10 k / (5 + k): 4.29 at k = 3.33, so at the 4th, 40 / 9 = 4.44.
  const alerts = [
    ...minutes(watcher, [10, 10, 10, 10, 10, 0, 0, 0, 0, 10, 10, 10, 10, 10, 10, 10]),
  ];
  // The short window falls below 4 when less than 2 of its 5 minutes are bad: at the 13th minute; 2 minutes on it ends.
  assert.equal(alerts.map(brief), ['firing 10:09 4.44', 'resolved 10:14 4.00']);
  assert.is(alerts[1]?.since, '2026-11-21T10:09:00.000Z');
  assert.match(
    alerts[0]?.message ?? '',
    /^predictions in doubt: 40 of 90 in 10m \(44.4 %; at most 10.0 % was expected\), 4.44 times/,
  );
});

test('a budget is what the share leaves, to the last digit: the highest rate can be reached', () => {
  const burn = [{ long: '10m', short: '5m', rate: 1000, severity: 'page' }];
  const watcher = new Watcher(rules({ kind: 'errors', share: 0.999 }, { burn }));
  const [alert] = minutes(watcher, [0, 0, 0]);
  assert.is(alert?.value, 1000);
});

test('a window with too few events says nothing', () => {
  const watcher = new Watcher(rules({ kind: 'confidence', least: 0.5, share: 0.9 }, { least: 50 }));
  const alerts = [...minutes(watcher, [0, 0, 0, 0])];
  assert.equal(alerts, []);
  assert.equal([...minutes(watcher, [0], start + 4 * minute)].map(brief), ['firing 10:05 10.00']);
});

test('a class beyond its share, both ways', () => {
  const spec = { kind: 'class', label: 6, from: 0.1, to: 0.3, window: '5m' };
  const watcher = new Watcher(rules(spec));
  const alerts = [...minutes(watcher, [2, 2, 2, 9, 9, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2])];
  // Shares of five minutes: .2 .2 .2 .375 .48 .44 .4 .36 .18 0 0 .04 .08 .12
  assert.equal(alerts.map(brief), ['firing 10:04 0.38', 'resolved 10:15 0.16']);
});

test('drift fires at once, and verdicts without it end it', () => {
  const watcher = new Watcher(rules({ kind: 'drift' }));
  const seen = [
    ...watcher.drift(start, false, 100),
    ...watcher.drift(start + minute, true, 100),
    ...watcher.drift(start + 2 * minute, true, 100),
    ...watcher.drift(start + 3 * minute, false, 100),
    ...watcher.drift(start + 6 * minute, false, 100),
  ];
  assert.equal(seen.map(brief), ['firing 10:01', 'resolved 10:05']);
});

test('a restart says nothing twice, though the log is read again', () => {
  const spec = rules({ kind: 'confidence', least: 0.5, share: 0.9 });
  const good = [10, 10, 10, 10, 10, 0, 0, 0, 0, 10, 10, 10, 10, 10, 10, 10];
  const first = new Watcher(spec);
  const before = [...minutes(first, good.slice(0, 10))];
  const second = new Watcher(spec, JSON.parse(JSON.stringify(first.state)));
  const after = [...minutes(second, good)];
  assert.equal([...before, ...after].map(brief), ['firing 10:09 4.44', 'resolved 10:14 4.00']);
});

test('what comes late counts in the step that is open, and is told once', () => {
  const told: number[] = [];
  const watcher = new Watcher(rules({ kind: 'confidence', least: 0.5, share: 0.9 }), undefined, {
    backwards: (ms) => told.push(ms),
  });
  const late = [start + 5 * minute, start, start + minute];
  for (const time of late) assert.equal([...watcher.count(time, 0, 1, 1)], []);
  assert.equal(told, [5 * minute]);
  const [standing] = watcher.summary();
  assert.equal([standing?.good, standing?.total, standing?.met], [3, 3, true]);
});

test('a year of silence is passed over quickly, and an alert before it ends', () => {
  const watcher = new Watcher(rules({ kind: 'confidence', least: 0.5, share: 0.9 }));
  const alerts = [...minutes(watcher, [0, 0, 0])];
  const begun = performance.now();
  alerts.push(...watcher.advance(start + 365 * 864e5));
  assert.ok(performance.now() - begun < 500);
  assert.equal(
    alerts.map(({ state }) => state),
    ['firing', 'resolved'],
  );
});

test.run();
