/** Fitting, applying and undoing normalisations, against scikit-learn's scalers and against themselves. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  type Normalization,
  normalizationFault,
  normalize,
} from '../../../src/idx/normalization.js';
import { decodeValues, encodeValues } from '../../../src/idx/types.js';
import { countBytes, momentsOfSums, sumsOfHistogram } from '../../../src/image/moments.js';
import { openNormalizationFitter } from '../../../src/image/normalization-fit.js';
import { normalEncoder, rawBytes } from '../../../src/image/normalize.js';
import { difference } from '../../support/close.js';
import { paths } from '../../support/paths.js';

interface Reference {
  readonly pixels: number;
  readonly images: readonly number[];
  readonly fits: readonly (Normalization & { readonly normalized: readonly number[] })[];
}

const test = suite('image: normalization');
const reference: Reference = JSON.parse(
  readFileSync(
    join(paths.root, 'test/references/normalization/normalization-reference.json'),
    'utf8',
  ),
);
const { pixels } = reference;
const images = Uint8Array.from(reference.images);

const encoded = (raw: Uint8Array, normalization: Normalization, size: number) => {
  const out = new Uint32Array(raw.length);
  normalEncoder(normalization, size)(raw, out);
  return Buffer.from(out.buffer);
};

for (const fit of reference.fits) {
  test(`${fit.kind} per ${fit.per}: learns and gives what scikit-learn does`, () => {
    const fitter = openNormalizationFitter(fit.kind, fit.per, pixels);
    fitter.add(images);
    const learnt = fitter.result();
    assert.is(difference(learnt.mean, fit.mean, { relative: 1e-13 }), undefined);
    assert.is(difference(learnt.deviation, fit.deviation, { relative: 1e-12 }), undefined);
    assert.is(normalizationFault(learnt, pixels), undefined);
    const given = decodeValues('f32', encoded(images, learnt, pixels));
    assert.is(difference(given, fit.normalized, { relative: 1e-6, absolute: 1e-6 }), undefined);
  });
}

const kinds = fc.constantFrom('standardize' as const, 'scale' as const);
const pers = fc.constantFrom('dataset' as const, 'pixel' as const);
const sets = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 2, max: 12 }))
  .chain(([size, count]) =>
    fc.tuple(
      fc.constant(size),
      // Two different bytes at least, or there is nothing to learn.
      fc
        .uint8Array({ minLength: size * count, maxLength: size * count })
        .map((raw) => raw.fill(3, 0, size).fill(200, size, 2 * size)),
    ),
  );

test('what is learnt does not depend on how the images come', () => {
  fc.assert(
    fc.property(sets, kinds, pers, fc.integer({ min: 1, max: 5 }), ([size, raw], kind, per, n) => {
      const whole = openNormalizationFitter(kind, per, size);
      whole.add(raw);
      const parts = openNormalizationFitter(kind, per, size);
      for (let at = 0; at < raw.length; at += n * size) parts.add(raw.subarray(at, at + n * size));
      assert.equal(parts.result(), whole.result());
    }),
  );
});

test('the encoder gives normalize() to the last bit, and rawBytes brings every byte back', () => {
  fc.assert(
    fc.property(sets, kinds, pers, fc.integer({ min: 0, max: 3 }), ([size, raw], kind, per, at) => {
      const fitter = openNormalizationFitter(kind, per, size);
      fitter.add(raw);
      const normalization = fitter.result();
      // Stream chunks begin at any byte.
      const moved = new Uint8Array(raw.length + at).subarray(at);
      moved.set(raw);
      const bytes = encoded(moved, normalization, size);
      assert.equal(bytes, encodeValues(normalize(raw, normalization, size)));
      const values = decodeValues('f32', bytes) as Float32Array;
      assert.equal([...rawBytes(values, normalization, size, 0)], [...raw]);
    }),
  );
});

test('rawBytes names the first pixel that is none', () => {
  const scale: Normalization = { kind: 'scale', per: 'dataset', mean: [0], deviation: [255] };
  const values = normalize([0, 1, 2, 3, 4, 5], scale, 2);
  for (const [wrong, said] of [
    [0.5, '127.5'],
    [1.1, '280.5'],
    [-0.1, '-25.5'],
    [Number.NaN, 'NaN'],
  ] as const) {
    values[3] = wrong;
    assert.throws(
      () => rawBytes(values, scale, 2, 40),
      (error: Error) => error.message.startsWith(`image 41: pixel 1 is ${said} in raw units;`),
    );
  }
});

test('what cannot be learnt is refused', () => {
  for (const per of ['dataset', 'pixel'] as const) {
    assert.throws(() => openNormalizationFitter('standardize', per, 4).result(), /no images/);
    const flat = openNormalizationFitter('scale', per, 4);
    flat.add(new Uint8Array(8).fill(9));
    assert.throws(() => flat.result(), per === 'dataset' ? /9 in every pixel/ : /same value/);
  }
});

test('moments are exact where doubles would not be', () => {
  // One 1 among 2^40 pixels of 255: the textbook formula in doubles loses the variance altogether.
  const count = 2 ** 42 + 1;
  const histogram = new Float64Array(256);
  histogram[255] = count - 1;
  histogram[1] = 1;
  const sums = sumsOfHistogram(histogram);
  assert.is(sums.count, BigInt(count));
  const { deviation } = momentsOfSums(sums.count, sums.sum, sums.squares);
  const share = 1 / count;
  assert.is(
    difference([deviation], [254 * Math.sqrt(share * (1 - share))], { relative: 1e-14 }),
    undefined,
  );
});

test('countBytes counts every byte, whatever the length', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (bytes) => {
      const histogram = new Float64Array(256).fill(1);
      countBytes(bytes, histogram);
      const expected = Array.from(
        { length: 256 },
        (_, v) => 1 + bytes.filter((b) => b === v).length,
      );
      assert.equal([...histogram], expected);
    }),
  );
});

test.run();
