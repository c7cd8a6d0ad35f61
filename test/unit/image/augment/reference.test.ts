/** Warps, flips and moves against SciPy's, composed as Keras composes them (make-reference.py). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { affineMap, type Geometry } from '../../../../src/image/augment/affine.js';
import { placeImage } from '../../../../src/image/augment/augment.js';
import type { ImageSize } from '../../../../src/image/augment/image.js';
import type { Fill } from '../../../../src/image/augment/spec.js';
import { warpImage } from '../../../../src/image/augment/warp.js';
import { difference } from '../../../support/close.js';
import { paths } from '../../../support/paths.js';

interface Reference {
  readonly images: readonly (ImageSize & { readonly pixels: readonly number[] })[];
  readonly warps: readonly {
    readonly image: number;
    readonly fill: Fill;
    readonly geometry: Geometry;
    readonly pixels: readonly number[];
  }[];
}

const reference: Reference = JSON.parse(
  readFileSync(join(paths.root, 'test/references/augment/reference.json'), 'utf8'),
);
const test = suite('image/augment against SciPy');

/** Every value rounded: within half of the true one, and a rounding error. */
const rounded = { relative: 0, absolute: 0.5 + 1e-4 };

for (const { image, fill, geometry, pixels } of reference.warps) {
  const changed = Object.entries(geometry).filter(
    ([name, value]) => value !== (name.startsWith('zoom') ? 1 : 0) && value !== false,
  );
  const name = changed.map(([field, value]) => `${field} ${value}`).join(', ');
  test(`${name}, ${fill}, image ${image}`, () => {
    const size = reference.images[image]!;
    const count = size.rows * size.columns;
    // Not at the beginning of memory, and with neighbours that must stay as they are.
    const source = { pixels: Uint8Array.of(77, ...size.pixels, 78), at: 1 };
    const target = { pixels: new Uint8Array(count + 2).fill(99), at: 1 };
    placeImage(source, size, geometry, { fill }, target);
    assert.is(difference(target.pixels.subarray(1, -1), pixels, rounded), undefined);
    assert.equal([target.pixels[0], target.pixels.at(-1)], [99, 99]);
    target.pixels.fill(0);
    warpImage(source, size, affineMap(geometry, size.rows, size.columns), fill, target);
    assert.is(difference(target.pixels.subarray(1, -1), pixels, rounded), undefined, 'as a warp');
  });
}

test.run();
