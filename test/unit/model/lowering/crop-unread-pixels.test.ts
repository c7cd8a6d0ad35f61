/** Cropping of pixels that no pooling window reads. (Random networks hold predictions and gradients to the reference.) */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cropUnreadPixels } from '../../../../src/model/lowering/crop-unread-pixels.js';
import { shapeNetwork } from '../../../../src/model/network.js';

const test = suite('unread pixels');

type Options = Record<string, unknown> & { kind: string };

/** The output shape of each layer up to the pool, of 7 × 9 pixels. */
function shapesOf(use: 'training' | 'inference', ...layers: Options[]) {
  const end = [{ kind: 'flatten' }, { kind: 'dense', units: 'classes' }];
  const network = shapeNetwork(
    { layers: [...layers, ...end] },
    { rows: 7, columns: 9, classes: 3 },
  );
  return cropUnreadPixels(network.layers, use)
    .slice(0, layers.length)
    .map(({ output }) => output.join('×'));
}

const conv = { kind: 'conv', filters: 2 };
const pool = { kind: 'max-pool', size: 2 };

test('a convolution is cropped to the pixels that the pool reads', () => {
  assert.equal(shapesOf('training', conv, pool), ['2×6×8', '2×3×4']);
  assert.equal(shapesOf('inference', conv, pool), ['2×6×8', '2×3×4']);
  assert.equal(shapesOf('training', conv, { kind: 'max-pool', size: 3 }), ['2×6×9', '2×2×3']);
});

test('through layers that look at each pixel for itself', () => {
  const between = [{ kind: 'silu' }, { ...conv, kernel: 1, filters: 3 }, { kind: 'relu' }];
  assert.equal(shapesOf('training', conv, ...between, pool), [
    '2×6×8',
    '2×6×8',
    '3×6×8',
    '3×6×8',
    '3×3×4',
  ]);
});

test('not through those whose figures come from all pixels', () => {
  const normal = { kind: 'batch-norm' };
  assert.equal(shapesOf('training', conv, normal, pool), ['2×7×9', '2×7×9', '2×3×4']);
  assert.equal(shapesOf('inference', conv, normal, pool), ['2×6×8', '2×6×8', '2×3×4']);
  const others = [
    { kind: 'group-norm', groups: 1 },
    { kind: 'squeeze-excite', reduction: 1 },
  ];
  for (const other of others)
    for (const use of ['training', 'inference'] as const)
      assert.equal(shapesOf(use, conv, other, pool), ['2×7×9', '2×7×9', '2×3×4']);
});

test('where every pixel is read, or none computes them, nothing changes', () => {
  assert.equal(shapesOf('training', { ...conv, kernel: 2, padding: 'valid' }, pool), [
    '2×6×8',
    '2×3×4',
  ]);
  assert.equal(shapesOf('training', pool, conv, { ...pool, size: 1 }), ['1×3×4', '2×3×4', '2×3×4']);
});

test('one pool behind another', () => {
  assert.equal(shapesOf('inference', conv, pool, conv, pool), ['2×6×8', '2×3×4', '2×2×4', '2×1×2']);
});

test.run();
