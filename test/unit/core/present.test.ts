/** Fields without a value are left out of a record. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { present } from '../../../src/core/present.js';

const test = suite('ndjson: the fields that have a value');

test('only what is undefined is left out, and the order stays', () => {
  const fields = { b: 0, a: undefined, c: false, d: null, e: '', f: Number.NaN };
  assert.equal(Object.entries(present(fields)), [
    ['b', 0],
    ['c', false],
    ['d', null],
    ['e', ''],
    ['f', Number.NaN],
  ]);
  assert.equal(Object.keys(present({ a: undefined })), []);
});

test('a field that may be undefined is an optional one', () => {
  const maybe: number | undefined = [1].at(0);
  const of: { readonly sure: string; readonly maybe?: number } = present({ sure: 'yes', maybe });
  assert.equal(of, { sure: 'yes', maybe: 1 });
});

test.run();
