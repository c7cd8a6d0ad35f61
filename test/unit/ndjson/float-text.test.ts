import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { float32List, float32Text } from '../../../src/ndjson/float-text.js';

const test = suite('ndjson/float-text');

test('common values have their usual short decimals', () => {
  const written: [number, string][] = [
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [0.1, '0.1'],
    [0.25, '0.25'],
    [0.9999999, '0.9999999'],
    [0.000001, '0.000001'],
    [0.0000012345678, '0.0000012345678'],
    [1e-7, '1e-7'],
    [1.5e-9, '1.5e-9'],
    [1e-13, '1e-13'],
    [3.25e-30, '3.25e-30'],
    [-12.5, '-12.5'],
    [100, '100'],
    [999999.9, '999999.9'],
    [123456.79, '123456.79'],
    [16777216, '16777216'],
    [3.4028235e38, '3.4028235e+38'],
    [1.401298464324817e-45, '1e-45'],
  ];
  for (const [value, text] of written) assert.is(float32Text(Math.fround(value)), text);
});

test('every f32 reads back as itself, in at most nine digits', () => {
  fc.assert(
    fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = float32Text(value);
      assert.is(Math.fround(JSON.parse(text)), value + 0);
      assert.ok(text.replace(/e.*|[-.]/g, '').replace(/^0+|0+$/g, '').length <= 9, text);
    }),
    { numRuns: 3000 },
  );
});

test('no shorter text reads back as the same f32', () => {
  fc.assert(
    fc.property(fc.float({ min: 0, max: 1, noNaN: true, minExcluded: true }), (value) => {
      const digits = float32Text(value)
        .replace(/e.*|\./g, '')
        .replace(/^0+|0+$/g, '').length;
      if (digits > 1) assert.is.not(Math.fround(Number(value.toPrecision(digits - 1))), value);
    }),
    { numRuns: 3000 },
  );
});

test('lists', () => {
  const values = Float32Array.of(0.1, 0.2, 0.7);
  assert.is(float32List(values), '[0.1,0.2,0.7]');
  assert.is(float32List(values, 1, 2), '[0.2]');
  assert.is(float32List(values, 1, 1), '[]');
});

test('what is not finite is refused', () => {
  for (const value of [Number.NaN, Infinity, -Infinity])
    assert.throws(() => float32Text(value), /finite number was expected/);
});

test.run();
