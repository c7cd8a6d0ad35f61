/** Evidence over an image: the colours of four pixels, worked out by hand. */

import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { heatPng } from '../../../src/picture/heat-image.js';

const test = suite('picture/heat-image');

test('blue for, orange against, grey where there is nothing, zoomed', async () => {
  const png = heatPng({
    rows: 2,
    columns: 2,
    pixels: Uint8Array.of(0, 200, 100, 100),
    map: Float32Array.of(4, -4, 0, 1),
    zoom: 2,
  });
  const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
  assert.equal([info.width, info.height, info.channels], [4, 4, 3]);
  const at = (row: number, column: number) => [
    ...data.subarray((row * 4 + column) * 3, (row * 4 + column) * 3 + 3),
  ];
  // 0.85 of #4aa3ec over black.
  assert.equal(at(0, 0), [63, 139, 201]);
  assert.equal(at(1, 1), at(0, 0));
  // 0.85 of #f28c3a over 0.75 × 200.
  assert.equal(at(0, 2), [228, 142, 72]);
  assert.equal(at(2, 0), [75, 75, 75]);
  // A quarter of the evidence: half of 0.85, over 75.
  assert.equal(at(3, 3), [75, 112, 143]);
});

test('weak evidence is not stretched', async () => {
  const png = heatPng({
    rows: 1,
    columns: 1,
    pixels: Uint8Array.of(0),
    map: Float32Array.of(0.01),
    zoom: 1,
  });
  // 0.85 × √0.01 of the colour.
  assert.equal([...(await sharp(png).raw().toBuffer())], [6, 14, 20]);
});

test.run();
