/** Labels joined with the images they are about. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LabelJoin } from '../../../src/ndjson/label-join.js';

const test = suite('ndjson/label-join');

test('the last label counts, and says which it replaces', () => {
  const join = new LabelJoin<string>();
  join.note('a', 0, 'first');
  join.note('a', 1, 'second', 7);
  assert.equal(join.label('a', 0, 9), { value: 'first', before: undefined });
  assert.equal(join.label('a', 0, 1), { value: 'first', before: 9 });
  assert.equal(join.label('a', 0, 1), { value: 'first', before: 1 });
  assert.equal(join.label('a', 1, 2), { value: 'second', before: 7 });
  assert.is(join.label('a', 2, 2), undefined);
  assert.is(join.find('a', 1), 'second');
});

test('an id used again is ambiguous, also in a third and in the other generation', () => {
  const join = new LabelJoin<number>(2);
  join.note('a', 0, 1);
  join.note('x', 0, 2);
  join.note('a', 0, 3);
  assert.is(join.label('a', 0, 1), 'ambiguous');
  assert.is(join.find('a', 0), 'ambiguous');
  assert.ok(join.has('a', 0));
  join.note('a', 0, 4);
  assert.is(join.label('a', 0, 1), 'ambiguous');
  assert.is(join.find('x', 0), 2);
});

test('the oldest images are forgotten', () => {
  const join = new LabelJoin<number>(2);
  for (const [i, id] of ['x', 'y', 'a', 'b', 'c'].entries()) join.note(id, 0, i);
  assert.is(join.label('x', 0, 1), undefined);
  assert.is(join.label('b', 1, 1), undefined);
  assert.equal(join.label('b', 0, 1), { value: 3, before: undefined });
});

test.run();
