/** Specs: the options of every layer kind, shapes, names and places of the weights, and what does not fit. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  initialParameters,
  initialStatistics,
  type ModelSpec,
  shapeNetwork,
} from '../../../src/model/network.js';

const test = suite('networks');
const size = { rows: 9, columns: 8, classes: 4 };
const head = [{ kind: 'flatten' }, { kind: 'dense', units: 'classes' }];
const shape = (layers: unknown, of = size) => shapeNetwork({ layers } as ModelSpec, of);

test('names, shapes and places', () => {
  const network = shape([
    { kind: 'conv', filters: 3 },
    { kind: 'batch-norm' },
    { kind: 'max-pool' },
    { kind: 'conv', filters: 2, kernel: 2, padding: 'valid' },
    ...head,
  ]);
  assert.equal(
    network.layers.map(({ name, output }) => [name, ...output]),
    [
      ['conv1', 3, 9, 8],
      ['batch-norm1', 3, 9, 8],
      ['max-pool1', 3, 4, 4],
      ['conv2', 2, 3, 3],
      ['flatten1', 18],
      ['dense1', 4],
    ],
  );
  assert.equal(
    network.parameters.map(({ name, offset, length, spec }) => [
      name,
      offset,
      length,
      spec.decay ?? false,
    ]),
    [
      ['conv1.kernel', 0, 27, true],
      ['conv1.bias', 27, 3, false],
      ['batch-norm1.scale', 30, 3, false],
      ['batch-norm1.offset', 33, 3, false],
      ['conv2.kernel', 36, 24, true],
      ['conv2.bias', 60, 2, false],
      ['dense1.kernel', 62, 72, true],
      ['dense1.bias', 134, 4, false],
    ],
  );
  assert.is(network.parameterCount, 138);
  assert.equal(
    network.statistics.map(({ name, offset, length }) => [name, offset, length]),
    [
      ['batch-norm1.mean', 0, 3],
      ['batch-norm1.variance', 3, 3],
    ],
  );
});

test('first values: Glorot’s bounds, the same for the same seed, apart by name', () => {
  const network = shape([{ kind: 'conv', filters: 8, kernel: 5 }, { kind: 'batch-norm' }, ...head]);
  const values = initialParameters(network, 3);
  assert.equal(values, initialParameters(network, 3));
  assert.not.equal(values, initialParameters(network, 4));
  for (const { name, offset, length, spec } of network.parameters) {
    const own = values.subarray(offset, offset + length);
    if (!name.endsWith('kernel')) {
      assert.ok(
        own.every((v) => v === (name.endsWith('scale') ? 1 : 0)),
        name,
      );
      continue;
    }
    const [a = 0, b = 0, ...area] = spec.shape;
    const fans = (a + b) * area.reduce((x, y) => x * y, 1);
    const limit = Math.sqrt(6 / fans);
    const largest = Math.max(...own.map(Math.abs));
    assert.ok(largest <= limit && largest > 0.9 * limit, `${name}: ${largest} of ${limit}`);
    assert.ok(Math.abs(own.reduce((x, y) => x + y, 0) / length) < 0.15 * limit, name);
  }
  assert.equal([...initialStatistics(network)], [...new Array(8).fill(0), ...new Array(8).fill(1)]);
});

const refused: readonly [string, unknown, string][] = [
  ['no layers', [], 'model.layers is not a list of at least one layer'],
  ['no list', { kind: 'flatten' }, 'model.layers is not a list of at least one layer'],
  ['null', [null], 'model.layers.0 is null; a JSON object was expected'],
  ['a gap', [undefined, ...head], 'model.layers.0 is undefined; a JSON object was expected'],
  ['text', ['relu'], 'model.layers.0 is "relu"; a JSON object was expected'],
  ['no kind', [{ units: 3 }], 'model.layers.0: kind is missing; one of …'],
  [
    'an inherited kind',
    [{ kind: 'constructor' }],
    'model.layers.0: kind is "constructor"; one of …',
  ],
  [
    'an unknown option',
    [{ kind: 'relu', slope: 0.1 }, ...head],
    "model.layers.0 (relu): 'slope' is no option of this kind of layer",
  ],
  [
    'filters missing',
    [{ kind: 'conv' }, ...head],
    "model.layers.0 (conv): 'filters' is missing; a whole number of at least 1 was expected",
  ],
  [
    'filters as text',
    [{ kind: 'conv', filters: '3' }, ...head],
    `model.layers.0 (conv): 'filters' is "3"; a whole number of at least 1 was expected`,
  ],
  [
    'a kernel of null',
    [{ kind: 'conv', filters: 1, kernel: null }, ...head],
    "model.layers.0 (conv): 'kernel' is null; a whole number of at least 1 was expected",
  ],
  [
    'an even kernel',
    [{ kind: 'conv', filters: 1, kernel: 4 }, ...head],
    "model.layers.0 (conv): padding 'same' needs an odd kernel; it is 4",
  ],
  [
    'padding',
    [{ kind: 'conv', filters: 1, padding: 'full' }, ...head],
    `model.layers.0 (conv): 'padding' is "full"; same or valid was expected`,
  ],
  [
    'a kernel too large',
    [{ kind: 'conv', filters: 1, kernel: 9, padding: 'valid' }, ...head],
    'model.layers.0: a 9 × 9 convolution does not fit 9 × 8 pixels',
  ],
  [
    'a window too large',
    [{ kind: 'max-pool', size: 9 }, ...head],
    'model.layers.0: max-pool of 9 × 9 does not fit 9 × 8 pixels',
  ],
  [
    'a window of one half',
    [{ kind: 'max-pool', size: 0.5 }, ...head],
    "model.layers.0 (max-pool): 'size' is 0.5; a whole number of at least 1 was expected",
  ],
  [
    'a rate of one',
    [{ kind: 'dropout', rate: 1 }, ...head],
    "model.layers.0 (dropout): 'rate' is 1; a number from 0 to below 1 was expected",
  ],
  [
    'a rate missing',
    [{ kind: 'dropout' }, ...head],
    "model.layers.0 (dropout): 'rate' is missing; a number from 0 to below 1 was expected",
  ],
  [
    'momentum of one',
    [{ kind: 'batch-norm', momentum: 1 }, ...head],
    "model.layers.0 (batch-norm): 'momentum' is 1; a number from 0 to below 1 was expected",
  ],
  [
    'too many whitening filters',
    [{ kind: 'conv', filters: 10, initial: 'whitening' }, ...head],
    "model.layers.0 (conv): 'filters' is 10; a number up to 9 was expected of whitening filters of 3 × 3",
  ],
  [
    'an odd number of twins',
    [{ kind: 'conv', filters: 7, initial: 'whitening', twins: true }, ...head],
    "model.layers.0 (conv): 'filters' is 7; an even number up to 18 was expected of whitening filters of 3 × 3 with their twins",
  ],
  [
    'twins without whitening',
    [{ kind: 'conv', filters: 8, twins: true }, ...head],
    "model.layers.0 (conv): 'twins' is for whitening filters only",
  ],
  [
    'whitening filters that do not see the images',
    [{ kind: 'relu' }, { kind: 'conv', filters: 8, initial: 'whitening' }, ...head],
    'model.layers.1 (conv): its initial weights are made for the images; it was expected to be the first of all layers, but for scales',
  ],
  [
    'whitening filters in a residual block that does not see the images',
    [
      { kind: 'relu' },
      { kind: 'residual', layers: [{ kind: 'conv', filters: 8, initial: 'whitening' }] },
      ...head,
    ],
    'model.layers.1 (residual): its initial weights are made for the images; it was expected to be the first of all layers, but for scales',
  ],
  [
    'groups of unequal size',
    [{ kind: 'conv', filters: 8 }, { kind: 'group-norm', groups: 3 }, ...head],
    'model.layers.1: group-norm cannot make 3 equal groups of 8 channels',
  ],
  [
    'squeeze-excite behind flatten',
    [{ kind: 'flatten' }, { kind: 'squeeze-excite' }, ...head],
    'model.layers.1: squeeze-excite takes images (channels × rows × columns); its input is flat',
  ],
  [
    'a residual block that changes the shape',
    [{ kind: 'residual', layers: [{ kind: 'conv', filters: 3 }] }, ...head],
    'model.layers.0: the layers give 3 × 9 × 8 values, the shortcut 1 × 9 × 8; they are to be added',
  ],
  [
    'a layer within a residual block',
    [{ kind: 'residual', layers: [{ kind: 'conv', filters: 0 }] }, ...head],
    "model.layers.0 (residual).layers.0 (conv): 'filters' is 0; a whole number of at least 1 was expected",
  ],
  [
    'a residual block of nothing',
    [{ kind: 'residual' }, ...head],
    'model.layers.0 (residual).layers is not a list of at least one layer',
  ],
  [
    'a branch of another size',
    [{ kind: 'concat', branches: [[], [{ kind: 'conv', filters: 3, padding: 'valid' }]] }, ...head],
    'model.layers.0: the branches give 1 × 9 × 8, 3 × 7 × 6 values; all but the first size were expected to be the same',
  ],
  [
    'a branch alone',
    [{ kind: 'concat', branches: [[{ kind: 'relu' }]] }, ...head],
    'model.layers.0 (concat).branches is not a list of at least two lists of layers',
  ],
  [
    'a layer within a branch',
    [{ kind: 'concat', branches: [[], [{ kind: 'relu', slope: 1 }]] }, ...head],
    "model.layers.0 (concat).branches.1.0 (relu): 'slope' is no option of this kind of layer",
  ],
  [
    'a branch that is no list',
    [{ kind: 'concat', branches: [[], { kind: 'relu' }] }, ...head],
    'model.layers.0 (concat).branches.1 is not a list of at least one layer',
  ],
  [
    'bias that is neither true nor false',
    [{ kind: 'conv', filters: 1, bias: 'no' }, ...head],
    `model.layers.0 (conv): 'bias' is "no"; true or false was expected`,
  ],
  [
    'dense without flatten',
    [{ kind: 'dense', units: 'classes' }],
    'model.layers.0: dense takes a flat input; put a flatten layer before it',
  ],
  [
    'conv behind flatten',
    [{ kind: 'flatten' }, { kind: 'conv', filters: 1 }, ...head],
    'model.layers.1: conv takes images (channels × rows × columns); its input is flat',
  ],
  [
    'max-pool behind flatten',
    [{ kind: 'flatten' }, { kind: 'max-pool' }, ...head],
    'model.layers.1: max-pool takes images (channels × rows × columns); its input is flat',
  ],
  [
    'an end that is not the classes',
    [{ kind: 'flatten' }, { kind: 'dense', units: 5 }],
    'the model ends in 5 values; one for each of 4 classes was expected (a dense layer with "units": "classes")',
  ],
  [
    'an end that is an image',
    [{ kind: 'conv', filters: 4 }],
    'the model ends in 4 × 9 × 8 values; one for each of 4 classes was expected (a dense layer with "units": "classes")',
  ],
];

for (const [name, layers, message] of refused)
  test(`refused: ${name}`, () => {
    let found = 'nothing was wrong';
    try {
      shape(layers);
    } catch (error) {
      found = (error as Error).message;
    }
    // The list of kinds grows.
    assert.is(found.replace(/(?<=one of ).*/, '…'), message);
  });

test.run();
