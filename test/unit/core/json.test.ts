/** Reasons of refused JSON, and JSON with finite numbers only. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { jsonFault, toJson } from '../../../src/core/json.js';

const test = suite('core/json');

test('a reason is one line, and the same in every version of Node', () => {
  const at = (message: string) => jsonFault(new SyntaxError(message));
  const plain = "Expected property name or '}' in JSON at position 2";
  assert.is(at(plain), plain);
  assert.is(at(`${plain} (line 2 column 1)`), plain);
  assert.is(at('Unexpected token \'a\', "{\na" is not valid JSON').includes('\n'), false);
});

test('numbers are finite, typed arrays are lists', () => {
  assert.is(toJson({ a: [1.5], b: Float32Array.of(0.5, 2) }), '{"a":[1.5],"b":[0.5,2]}');
  assert.throws(
    () => toJson({ a: { b: [1, Number.NaN] } }),
    /^field 'a.b\[1\]' of a record is NaN/,
  );
});

test.run();
