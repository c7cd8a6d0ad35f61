/** The progress bar's line: what it says, how it fits, and how time left and speed are reckoned. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clock, Pace, type ProgressState, progressLine } from '../../../src/cli/progress-line.js';

const test = suite('progress line');

const state: ProgressState = {
  done: 129_024,
  total: 300_000,
  unit: 'images',
  rate: 2051.4,
  left: 83.2,
  note: 'epoch 3/5  loss 0.312  accuracy 88.7 %',
};
const whole = (changes: Partial<ProgressState>, columns: number) => {
  const { filled, empty, words } = progressLine({ ...state, ...changes }, columns);
  return filled + empty + words;
};

test('within 80 columns: bar, share, note, speed and time left', () => {
  assert.is(
    whole({}, 80),
    '━━━───  43 %  epoch 3/5  loss 0.312  accuracy 88.7 %  2,051 images/s  1:24 left',
  );
  assert.is(whole({}, 100).length, 99);
  assert.is(progressLine(state, 300).filled.length + progressLine(state, 300).empty.length, 40);
});

test('the bar makes room for the words, and goes', () => {
  for (let columns = 1; columns <= 200; columns++) {
    const line = whole({}, columns);
    assert.ok(line.length < Math.max(2, columns), `${columns}: ${line}`);
    assert.match(line, columns < 5 ? /^4?3? ?%?$/ : /^━*─*\s*43 %( {2}\S.*)?$/);
    if (columns >= 78) assert.match(line, /^━.* left$/);
  }
});

test('what does not fit is left out as a whole', () => {
  assert.is(whole({}, 70), '━━━────  43 %  epoch 3/5  loss 0.312  accuracy 88.7 %  2,051 images/s');
  assert.is(whole({}, 62), '43 %  epoch 3/5  loss 0.312  accuracy 88.7 %  2,051 images/s');
  assert.is(whole({}, 45), '43 %  epoch 3/5  loss 0.312  accuracy 88.7 %');
  assert.is(whole({}, 30), '━━━━━━━━━━─────────────  43 %');
});

test('what is not known is left out', () => {
  assert.is(
    whole({ rate: undefined, left: undefined, note: '' }, 30),
    '━━━━━━━━━━─────────────  43 %',
  );
  assert.is(
    whole({ rate: 3.26, unit: 'MB', left: undefined, note: '' }, 30),
    '━━━━━━───────  43 %  3.3 MB/s',
  );
});

test('0 % and 100 %: never before all is done', () => {
  assert.match(whole({ done: 0 }, 120), /^─+ {3}0 %/);
  assert.match(whole({ done: 300_000, note: '' }, 60), /^━+ 100 %/);
  assert.match(whole({ done: 299_999, note: '' }, 60), /━ {2}99 %/);
  assert.match(whole({ done: 400_000, note: '' }, 60), /^━+ 100 %/);
  assert.match(whole({ done: 0, total: 0, note: '' }, 60), / 100 %/);
});

test('time left', () => {
  const times: readonly [number, string][] = [
    [0, '0:00'],
    [0.2, '0:01'],
    [59, '0:59'],
    [59.5, '1:00'],
    [725, '12:05'],
    [3599.9, '1:00:00'],
    [3753, '1:02:33'],
    [90_000, '25:00:00'],
  ];
  for (const [seconds, words] of times) assert.is(clock(seconds), words);
});

test('speed is that of the last moments, time left goes by the pace since the start', () => {
  const pace = new Pace(4000);
  assert.is(pace.rate(), undefined);
  assert.is(pace.left(100), undefined);
  pace.add(1000, 0);
  assert.is(pace.rate(), undefined);
  pace.add(1400, 400);
  assert.is(pace.rate(), undefined, 'half a second says little');
  pace.add(2000, 1000);
  assert.is(pace.rate(), 1000);
  assert.is(pace.left(3000), 2);
  for (let t = 3000; t <= 11_000; t += 1000) pace.add(t, 1000 + (t - 2000) / 10);
  assert.is(pace.rate(), 100, 'it has become slow');
  assert.is(pace.left(1900 + 190), 1, '190 a second on average');
  assert.is(pace.left(0), 0);
});

test('work that was begun elsewhere does not count as fast', () => {
  const pace = new Pace();
  pace.add(0, 900);
  pace.add(1000, 910);
  assert.is(pace.rate(), 10);
  assert.is(pace.left(1000), 9);
});

test('no time left is shown at a standstill', () => {
  const pace = new Pace();
  pace.add(0, 5);
  pace.add(1000, 5);
  assert.is(pace.rate(), 0);
  assert.is(pace.left(10), undefined);
});

test.run();
