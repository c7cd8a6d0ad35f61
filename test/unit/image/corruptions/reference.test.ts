/** Corruptions without random draws against NumPy and SciPy (make-reference.py). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ImageSize } from '../../../../src/image/augment/image.js';
import type { CorruptionName } from '../../../../src/image/corruptions/catalogue.js';
import { corruptImage } from '../../../../src/image/corruptions/corrupter.js';
import { difference } from '../../../support/close.js';
import { paths } from '../../../support/paths.js';

interface Reference {
  readonly images: readonly (ImageSize & { readonly pixels: readonly number[] })[];
  readonly cases: readonly {
    readonly kind: CorruptionName;
    readonly severity: number;
    readonly image: number;
    readonly pixels: readonly number[];
  }[];
}

const reference: Reference = JSON.parse(
  readFileSync(join(paths.root, 'test/references/corruptions/reference.json'), 'utf8'),
);
const test = suite('image/corruptions against SciPy');

for (const { kind, severity, image, pixels } of reference.cases)
  test(`${kind} ${severity}, image ${image}`, async () => {
    const source = reference.images[image]!;
    const given = Uint8Array.from(source.pixels);
    const made = await corruptImage(kind, severity, given, source, { seed: 0, index: 0 });
    // A value that ends on a half may be rounded either way: by one, and in few places.
    assert.is(difference(made, pixels, { relative: 0, absolute: 1 }), undefined);
    const off = made.reduce((sum, value, i) => sum + (value === pixels[i] ? 0 : 1), 0);
    assert.ok(off <= pixels.length / 50, `${off} of ${pixels.length} values are off by one`);
  });

test.run();
