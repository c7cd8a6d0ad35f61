/** Whitening filters: decorrelated outputs, NumPy's eigenvectors, initialisation in training, frozen by default. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ImageSample } from '../../../../src/model/layer.js';
import { eigensystem, patchCovariance, whitening } from '../../../../src/model/layers/whitening.js';
import { initialParameters, shapeNetwork } from '../../../../src/model/network.js';
import { Generator } from '../../../../src/random/generator.js';
import { deriveKey } from '../../../../src/random/key.js';
import { difference } from '../../../support/close.js';
import { paths } from '../../../support/paths.js';

const test = suite('whitening');
const [rows, columns, count] = [9, 8, 40];

/** Smooth in both directions, so that neighbours go together; made-up, the same everywhere. */
const pixels = Float32Array.from({ length: count * rows * columns }, (_, i) => {
  const [image, r, c] = [
    Math.floor(i / (rows * columns)),
    Math.floor(i / columns) % rows,
    i % columns,
  ];
  return Math.fround(((image * 37 + r * 5 + c * 3 + ((i * 7919) % 11)) % 64) / 32 - 1);
});
const sample: ImageSample = () => ({ rows, columns, pixels });
const generator = new Generator(deriveKey(0, 'test'));

const reference = JSON.parse(
  readFileSync(join(paths.root, 'test/references/layers/whitening-reference.json'), 'utf8'),
) as Readonly<Record<string, readonly number[]>>;

for (const side of [2, 3])
  test(`filters of ${side} × ${side}, as NumPy finds them`, () => {
    const values = new Float32Array(side ** 4);
    whitening(side, false)(values, generator, sample);
    const expected = reference[`${side}`]!;
    assert.is(difference(values, expected, { relative: 1e-4, absolute: 1e-4 }), undefined);
  });

test('their outputs have variance 1, and channels are uncorrelated', () => {
  const area = 9;
  const covariance = patchCovariance(sample(), 3);
  const { eigenvalues } = eigensystem(covariance, area);
  const filters = new Float32Array(area * area);
  whitening(3, false)(filters, generator, sample);
  for (let f = 0; f < area; f++)
    for (let g = 0; g < area; g++) {
      let seen = 0;
      for (let i = 0; i < area; i++)
        for (let j = 0; j < area; j++)
          seen += filters[f * area + i]! * covariance[i * area + j]! * filters[g * area + j]!;
      const l = eigenvalues[f]!;
      assert.ok(Math.abs(seen - (f === g ? l / (l + 5e-4) : 0)) < 1e-4, `${f}, ${g}: ${seen}`);
    }
});

test('sign pairs: the second half are the negatives of the first', () => {
  const [plain, twins] = [new Float32Array(36), new Float32Array(72)];
  whitening(3, false)(plain, generator, sample);
  whitening(3, true)(twins, generator, sample);
  assert.equal(twins.subarray(0, 36), plain);
  assert.equal(
    twins.subarray(36),
    plain.map((v) => -v),
  );
});

test('images of one colour: finite filters all the same', () => {
  const values = new Float32Array(81);
  const black = () => ({ rows, columns, pixels: new Float32Array(pixels.length).fill(-0.81) });
  whitening(3, false)(values, generator, black);
  assert.ok(values.every(Number.isFinite));
});

test('an eigensystem', () => {
  const { eigenvalues, eigenvectors } = eigensystem(Float64Array.of(2, 1, 0, 1, 2, 0, 0, 0, 5), 3);
  assert.is(difference(eigenvalues, [5, 3, 1], { relative: 1e-14 }), undefined);
  const h = Math.SQRT1_2;
  // Of two parts of one size the first is positive.
  const [x = 0, y = 0] = eigenvectors.subarray(6);
  assert.is(
    difference(eigenvectors.subarray(0, 6), [0, 0, 1, h, h, 0], { relative: 1e-14 }),
    undefined,
  );
  assert.ok(Math.abs(x + y) < 1e-14 && Math.abs(Math.abs(x) - h) < 1e-14);
});

test('first weights of a network: of the images it is given, and of none without', () => {
  const layers = [
    { kind: 'conv', filters: 6, initial: 'whitening' },
    { kind: 'conv', filters: 8, kernel: 3, initial: 'dirac' },
    { kind: 'flatten' },
    { kind: 'dense', units: 'classes' },
  ];
  const network = shapeNetwork({ layers }, { rows, columns, classes: 3 });
  const values = initialParameters(network, 1, sample);
  const at = (name: string) => {
    const { offset = 0, length = 0 } = network.parameters.find((p) => p.name === name) ?? {};
    return values.subarray(offset, offset + length);
  };
  const filters = new Float32Array(54);
  whitening(3, false)(filters, generator, sample);
  assert.equal(at('conv1.kernel'), filters);
  const passing = at('conv2.kernel');
  for (let f = 0; f < 6; f++)
    for (let i = 0; i < 54; i++)
      assert.is(passing[f * 54 + i], i === f * 9 + 4 ? 1 : 0, `filter ${f}, value ${i}`);
  assert.ok(passing.subarray(6 * 54).every((v) => v !== 0 && Math.abs(v) < 0.3));
  assert.throws(() => initialParameters(network, 1), /no images to make the first weights for/);
  assert.equal(
    network.parameters.filter(({ spec }) => spec.frozen).map(({ name }) => name),
    ['conv1.kernel'],
  );
});

test.run();
