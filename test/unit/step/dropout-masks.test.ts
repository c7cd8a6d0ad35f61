import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Generator } from '../../../src/random/generator.js';
import { deriveKey, itemKey } from '../../../src/random/key.js';
import { dropoutMasks } from '../../../src/step/dropout-masks.js';

const test = suite('dropout masks');
const key = deriveKey(3, 'test');

test('each sample draws from the generator of its own number, four values a draw', () => {
  const [size, samples] = [135, 3];
  const masks = new Float32Array(size * samples);
  dropoutMasks(key, 10, samples, 0.25, masks);
  for (let s = 0; s < samples; s++) {
    const generator = new Generator(itemKey(key, 10 + s));
    let bits = 0;
    for (let i = 0; i < size; i++) {
      if (i % 4 === 0) bits = generator.next();
      assert.is(masks[i * samples + s], (bits & 0xff) < 64 ? 0 : Math.fround(256 / 192));
      bits >>>= 8;
    }
  }
});

test('a sample has the same mask in micro-batches of any size', () => {
  const size = 70;
  const whole = new Float32Array(size * 8);
  dropoutMasks(key, 40, 8, 0.5, whole);
  const part = new Float32Array(size * 2);
  dropoutMasks(key, 46, 2, 0.5, part);
  for (let i = 0; i < size; i++)
    assert.equal([...part.subarray(2 * i, 2 * i + 2)], [...whole.subarray(8 * i + 6, 8 * i + 8)]);
});

for (const rate of [0, 0.1, 0.25, 0.5, 0.9]) {
  test(`rate ${rate}: the share of zeros, and a mean of 1`, () => {
    const masks = new Float32Array(400_000);
    dropoutMasks(key, 0, 16, rate, masks);
    const zeros = masks.reduce((count, value) => count + (value === 0 ? 1 : 0), 0) / masks.length;
    const mean = masks.reduce((sum, value) => sum + value, 0) / masks.length;
    const applied = Math.round(256 * rate) / 256;
    const error = Math.sqrt((applied * (1 - applied)) / masks.length);
    assert.ok(Math.abs(zeros - applied) <= 4 * error, `${zeros} zeros`);
    assert.ok(Math.abs(mean - 1) <= (4 * error) / (1 - applied) + 1e-6, `mean ${mean}`);
  });
}

test.run();
