/** Training pass: the layers that are swapped or fused. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { trainingPass } from '../../../../src/model/lowering/training-pass.js';
import { shapeNetwork } from '../../../../src/model/network.js';

const test = suite('training steps');

/** Name and output shape of each step. */
function stepsOf(...kinds: string[]): string[] {
  const layers = [
    { kind: 'conv', filters: 2 },
    ...kinds.map((kind) => ({ kind })),
    { kind: 'flatten' },
    { kind: 'dense', units: 'classes' },
  ];
  const network = shapeNetwork({ layers }, { rows: 7, columns: 6, classes: 3 });
  return trainingPass(network.layers)
    .slice(1, -2)
    .map(({ name, output }) => `${name} ${output.join('×')}`);
}

test('a pool goes before the activation it follows', () => {
  assert.equal(stepsOf('relu', 'max-pool'), ['max-pool1 2×3×3', 'relu1 2×3×3']);
});

test('a batch normalisation takes the pool behind it along, over an activation too', () => {
  assert.equal(stepsOf('batch-norm', 'max-pool'), ['batch-norm1 2×3×3']);
  assert.equal(stepsOf('batch-norm', 'relu', 'max-pool', 'relu'), [
    'batch-norm1 2×3×3',
    'relu1 2×3×3',
    'relu2 2×3×3',
  ]);
});

test('layers that are not monotonic keep their place, and so do layers behind the pool', () => {
  assert.equal(stepsOf('silu', 'max-pool'), ['silu1 2×6×6', 'max-pool1 2×3×3']);
  assert.equal(stepsOf('max-pool', 'batch-norm'), ['max-pool1 2×3×3', 'batch-norm1 2×3×3']);
});

test.run();
