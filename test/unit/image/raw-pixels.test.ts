/** Raw bytes out of raw and normalised streams. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Normalization, normalize, scaleToUnit } from '../../../src/idx/normalization.js';
import { openSet } from '../../../src/idx/set-reader.js';
import { normalizationOfSet, rawBatches } from '../../../src/image/raw-pixels.js';
import { makeSet, readerOf } from '../../support/streams.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('raw pixels');
const open = (bytes: Uint8Array) => openSet(readerOf(bytes), { labels: 'optional' });

async function allOf(bytes: Uint8Array, most?: number) {
  const pixels: number[] = [];
  const labels: number[] = [];
  for await (const batch of rawBatches(await open(bytes), most)) {
    assert.is(batch.start, labels.length);
    pixels.push(...batch.pixels);
    labels.push(...(batch.labels ?? []));
  }
  return { pixels, labels };
}

test('bytes pass as they are', async () => {
  const set = makeSet();
  assert.is(normalizationOfSet(await open(set.bytes)), undefined);
  assert.equal(await allOf(set.bytes, 5), {
    pixels: [...set.pixels],
    labels: [...set.labels],
  });
});

test('normalised pixels come back to the very bytes, whatever the contract', async () => {
  const contract = fc.record({
    kind: fc.constantFrom('scale' as const, 'standardize' as const),
    per: fc.constantFrom('dataset' as const, 'pixel' as const),
    mean: fc.array(fc.double({ min: 0, max: 255, noNaN: true }), { minLength: 6, maxLength: 6 }),
    deviation: fc.array(fc.double({ min: 1e-3, max: 255, noNaN: true }), {
      minLength: 6,
      maxLength: 6,
    }),
  });
  await fc.assert(
    fc.asyncProperty(contract, async (made) => {
      const length = made.per === 'dataset' ? 1 : 6;
      const normalization: Normalization = {
        ...made,
        mean: made.mean.slice(0, length),
        deviation: made.deviation.slice(0, length),
      };
      const raw = Uint8Array.from({ length: 72 }, (_, i) => (i * 37) % 256);
      const normal = normalize(raw, normalization, 6);
      const { bytes } = makeSet({
        type: 'f32',
        annotation: { normalization },
        pixel: (image, at) => normal[6 * image + at]!,
      });
      assert.equal(normalizationOfSet(await open(bytes)), normalization);
      assert.equal((await allOf(bytes, 5)).pixels, [...raw]);
    }),
  );
});

test('f32 pixels without a contract', async () => {
  for (const annotation of [undefined, {}]) {
    const { bytes } = makeSet({ type: 'f32', ...(annotation ? { annotation } : {}) });
    const wanted =
      'test: has f32 pixels and does not say how they were normalised; raw bytes, or the annotation that fmnist-norm writes, were expected';
    assert.is(await troubleOf(async () => normalizationOfSet(await open(bytes))), wanted);
    assert.is(await troubleOf(() => allOf(bytes)), wanted);
  }
});

test('pixels that were changed after they were normalised', async () => {
  const { bytes } = makeSet({
    type: 'f32',
    annotation: { normalization: scaleToUnit },
    pixel: (image, at) => (image === 7 && at === 4 ? 0.5 : 0.2),
  });
  assert.is(
    await troubleOf(() => allOf(bytes, 2)),
    'test: image 7: pixel 4 is 127.5 in raw units; a whole number from 0 to 255 was expected (the pixels were changed after they were normalised)',
  );
});

test.run();
