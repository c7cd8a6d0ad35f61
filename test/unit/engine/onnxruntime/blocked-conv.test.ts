/**
 * Convolutions in ONNX Runtime's own layout against the same as products with copies, which other tests hold to finite
 * differences and to PyTorch: losses, and the gradients of all that is below and above.
 */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { blockSize } from '../../../../src/engine/onnxruntime/block-size.js';
import {
  blockedConvolutions,
  blockedDomain,
} from '../../../../src/engine/onnxruntime/blocked-conv.js';
import { trainingGraph } from '../../../../src/model/lowering/training-graph.js';
import { type ModelSpec, shapeNetwork } from '../../../../src/model/network.js';
import { difference } from '../../../support/close.js';
import { needing } from '../../../support/needing.js';
import { centred, openStep } from '../../../support/step.js';

const test = suite('convolutions in the own layout of the runtime');
const size = { rows: 14, columns: 13, classes: 3 };
const batch = 21;
const block = await blockSize();
const convolution = block ? blockedConvolutions(block) : undefined;
const blocked = needing(
  test,
  block ? undefined : 'the runtime has no such layout on this processor',
);

type Layers = ModelSpec['layers'];

const filters = 2 * (block ?? 8);
const first = { kind: 'conv', filters };
const norm = { kind: 'batch-norm' };
const head: Layers = [norm, { kind: 'average-pool' }, { kind: 'dense', units: 'classes' }];

/** Zeros are computed with where there are so many pixels. */
const large = 4 * batch;
const filled = (5 * filters) / 4;

/** Name → layers behind the first, and how many convolutions of theirs are to be blocked: forth and back. */
const networks: Readonly<
  Record<string, readonly [layers: Layers, blocked: number, images?: number]>
> = {
  'a kernel of 3': [[norm, { kind: 'conv', filters: 3 * filters }], 2],
  'a bias, and fewer filters': [[norm, { kind: 'conv', filters: filters / 2, bias: true }], 2],
  'a kernel of 5 without a border': [[{ kind: 'conv', filters, kernel: 5, padding: 'valid' }], 1],
  'an even kernel': [[norm, { kind: 'conv', filters, kernel: 2, padding: 'valid' }], 2],
  'a stride, back as a product': [
    [norm, { kind: 'conv', filters, kernel: 5, stride: 1 }, { kind: 'conv', filters, stride: 2 }],
    2,
  ],
  'pixels in the order of windows': [
    [norm, { kind: 'relu' }, { kind: 'conv', filters }, { kind: 'max-pool', size: 2 }],
    2,
  ],
  'rows and columns that no window reads: back alone': [
    [norm, { kind: 'conv', filters }, { kind: 'max-pool', size: 4 }],
    1,
  ],
  'within a residual block': [
    [{ kind: 'residual', layers: [norm, { kind: 'relu' }, { kind: 'conv', filters }] }],
    2,
  ],
  'channels that fill no blocks': [[norm, { kind: 'conv', filters: filters + 1 }], 0],
  'channels that fill half a block': [
    [norm, { kind: 'conv', filters: filled, bias: true }, { kind: 'conv', filters: filled }],
    4,
    large,
  ],
  'channels that fill half a block, in few images': [[norm, { kind: 'conv', filters: filled }], 0],
  'channels that fill a quarter of a block': [
    [norm, { kind: 'conv', filters: filters / 8 }],
    0,
    large,
  ],
  'channels in no whole runs': [[norm, { kind: 'conv', filters: filled + 1 }], 0, large],
  'a kernel of 1': [[norm, { kind: 'conv', filters, kernel: 1 }], 0],
  'too few pixels to pay': [[{ kind: 'max-pool', size: 3 }, norm, { kind: 'conv', filters }], 0],
};

for (const [name, [layers, convolutions, images = batch]] of Object.entries(networks))
  blocked(name, async () => {
    const spec = { layers: [first, ...layers, ...head] };
    const network = shapeNetwork(spec, size);
    const { graph } = trainingGraph(network, centred, { batch: images, lossScale: 1, convolution });
    const own = graph.nodes.filter(({ type, domain }) => type === 'Conv' && domain);
    assert.is(own.length, convolutions);
    assert.ok(own.every(({ domain }) => domain === blockedDomain));

    const [found, expected] = await Promise.all(
      [convolution, undefined].map(async (own) => (await openStep(spec, size, images, own)).run()),
    );
    if (!found || !expected) throw new Error('two steps were run');
    assert.is(difference([found.loss], [expected.loss], { relative: 1e-5 }), undefined);
    const largest = Math.max(...expected.gradients.map(Math.abs));
    assert.ok(largest > 1e-3, 'the gradients are not all nothing');
    const close = { relative: 1e-4, absolute: 2e-5 * largest };
    assert.is(difference(found.gradients, expected.gradients, close), undefined);
    const statistics = { relative: 1e-4, absolute: 1e-5 };
    assert.is(difference(found.statistics, expected.statistics, statistics), undefined);
  });

blocked('for the kernel’s gradient whole rows are moved, where they stand in order', () => {
  const moved = (...layers: Layers) => {
    const network = shapeNetwork({ layers: [first, ...layers, ...head] }, size);
    const { graph } = trainingGraph(network, centred, { batch, lossScale: 1, convolution });
    return graph.nodes.filter(({ type }) => type === 'Slice').length;
  };
  const conv = { kind: 'conv', filters };
  assert.is(moved(conv), 9);
  assert.is(moved({ ...conv, kernel: 2, padding: 'valid' }), 4);
  assert.is(moved({ ...conv, stride: 2 }), 0);
  assert.is(moved(conv, { kind: 'max-pool', size: 2 }), 0);
});

test('the block size is 8 or 16, or the layout is missing', () => {
  assert.ok(block === undefined || block === 8 || block === 16, `${block}`);
});

test('without blocks nothing is of the runtime alone', () => {
  const network = shapeNetwork({ layers: [first, first, ...head] }, size);
  const { graph } = trainingGraph(network, centred, { batch, lossScale: 1 });
  assert.equal(
    graph.nodes.filter(({ domain }) => domain),
    [],
  );
});

test.run();
