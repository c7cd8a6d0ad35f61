/** Training logs: runs told apart, records checked. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readTrainingLog } from '../../../src/ndjson/epoch-reader.js';
import { readerOf } from '../../support/streams.js';

const test = suite('ndjson: epoch reader');
const read = (...records: object[]) =>
  readTrainingLog(readerOf(Buffer.from(records.map((r) => `${JSON.stringify(r)}\n`).join(''))));
const epoch = (epoch: number, rest: object = {}) => ({
  type: 'epoch',
  epoch,
  loss: 1,
  accuracy: 0.5,
  ...rest,
});

test('the last run of several', async () => {
  const log = await read(
    { type: 'run', recipe: 'mlp' },
    epoch(1),
    epoch(2),
    { type: 'run', recipe: 'cnn' },
    epoch(1, { loss: 3 }),
    { type: 'note' },
  );
  assert.is(log.runs, 2);
  assert.is(log.run?.recipe, 'cnn');
  assert.equal(
    log.epochs.map(({ loss }) => loss),
    [3],
  );
});

test('a run that goes on keeps its epochs', async () => {
  const log = await read({ type: 'run' }, epoch(1), { type: 'run', resumed: true }, epoch(2));
  assert.is(log.runs, 1);
  assert.equal(
    log.epochs.map((e) => e.epoch),
    [1, 2],
  );
});

for (const [what, records, expected] of [
  ['no epochs', [{ type: 'run' }], /test: has no epoch records/],
  [
    'an epoch that is no number',
    [epoch(1), epoch(1.5)],
    /line 2: the field 'epoch' of an epoch record is 1.5; a whole number from 0 was/,
  ],
  [
    'a loss that is no number',
    [epoch(1, { loss: null })],
    /line 1: the field 'loss' .* is null; a number was expected/,
  ],
  [
    'a validation loss that is none',
    [epoch(1, { validationLoss: 'x' })],
    /'validationLoss' .* is "x"; a number was expected/,
  ],
] as const) {
  test(`refuses ${what}`, async () => {
    try {
      await read(...records);
    } catch (error) {
      assert.match((error as Error).message, expected);
      return;
    }
    assert.unreachable('was taken');
  });
}

test.run();
