/** Inference pass: the layers that are swapped in a finished model, and equal predictions before and after. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inferenceGraph } from '../../../../src/model/lowering/inference-graph.js';
import { inferencePass } from '../../../../src/model/lowering/inference-pass.js';
import { shapeNetwork } from '../../../../src/model/network.js';

const test = suite('inference order');

function networkOf(...kinds: string[]) {
  const layers = [
    { kind: 'conv', filters: 2 },
    ...kinds.map((kind) => ({ kind })),
    { kind: 'flatten' },
    { kind: 'dense', units: 'classes' },
  ];
  return shapeNetwork({ layers }, { rows: 7, columns: 6, classes: 3 });
}

/** Name and output shape of each layer between the convolution and the flattening. */
const orderOf = (scale: readonly number[], ...kinds: string[]) =>
  inferencePass(networkOf(...kinds).layers, () => Float32Array.from(scale))
    .slice(1, -2)
    .map(({ name, output }) => `${name} ${output.join('×')}`);

const kinds = ['relu', 'batch-norm', 'max-pool'];

test('normalisation by positive scales goes behind the pool', () => {
  assert.equal(orderOf([1, 0.2], ...kinds), [
    'relu1 2×7×6',
    'max-pool1 2×3×3',
    'batch-norm1 2×3×3',
  ]);
});

test('a scale that is not positive keeps it where it is', () => {
  for (const scale of [-1, 0, Number.NaN])
    assert.equal(orderOf([1, scale], ...kinds), [
      'relu1 2×7×6',
      'batch-norm1 2×7×6',
      'max-pool1 2×3×3',
    ]);
});

test('right behind a convolution it stays', () => {
  assert.equal(orderOf([1, 1], 'batch-norm', 'max-pool'), ['batch-norm1 2×7×6', 'max-pool1 2×3×3']);
});

test('layers that can be folded into a convolution move in front of the pool between them', () => {
  const pooled = ['batch-norm1 2×7×6', 'relu1 2×7×6', 'max-pool1 2×3×3'];
  assert.equal(orderOf([1, 1], 'max-pool', 'batch-norm', 'relu'), pooled);
  assert.equal(orderOf([1, 1], 'batch-norm', 'max-pool', 'relu'), pooled);
  assert.equal(orderOf([1, -1], 'batch-norm', 'max-pool', 'relu'), pooled);
  assert.equal(orderOf([1, 1], 'max-pool', 'relu'), ['relu1 2×7×6', 'max-pool1 2×3×3']);
});

test('layers that cannot stay behind it', () => {
  assert.equal(orderOf([1, -1], 'max-pool', 'batch-norm', 'relu'), [
    'max-pool1 2×3×3',
    'batch-norm1 2×3×3',
    'relu1 2×3×3',
  ]);
  assert.equal(orderOf([1, 1], 'silu', 'max-pool', 'relu'), [
    'silu1 2×7×6',
    'max-pool1 2×3×3',
    'relu1 2×3×3',
  ]);
});

test('where no values are known, nothing moves', () => {
  const { layers } = networkOf(...kinds);
  assert.equal(inferencePass(layers, undefined), layers);
});

for (const order of [kinds, ['max-pool', 'batch-norm', 'relu']])
  test(`a model of ${order} gives the same predictions in either order`, async () => {
    const network = networkOf(...order);
    const parameters = Float32Array.from({ length: network.parameterCount }, (_, i) => Math.sin(i));
    const scale = network.parameters.find(({ name }) => name === 'batch-norm1.scale');
    assert.ok(scale);
    parameters.set([0.7, 1.3], scale?.offset);
    const statistics = Float32Array.of(0.1, 0.3, 0.9, 0.5);
    const normalization = {
      kind: 'standardize',
      per: 'dataset',
      mean: [73],
      deviation: [90],
    } as const;
    const pixels = Uint8Array.from({ length: 5 * 42 }, (_, i) => (i * 97) % 256);
    const moved = inferenceGraph(network, normalization, parameters, statistics);
    const kept = inferenceGraph(
      { ...network, layers: network.layers.map((layer) => pinned(layer)) },
      normalization,
      parameters,
      statistics,
    );
    assert.is.not(
      moved.nodes.map(({ type }) => type).join(),
      kept.nodes.map(({ type }) => type).join(),
    );
    const [a, b] = [await answers(moved), await answers(kept)];
    assert.ok(a.some((logit) => Math.abs(logit) > 0.1));
    for (const [i, logit] of a.entries()) assert.ok(Math.abs(logit - (b[i] ?? Number.NaN)) < 1e-5);

    async function answers(graph: typeof moved): Promise<Float32Array> {
      const ort = await import('onnxruntime-node');
      const { encodeOnnx } = await import('../../../../src/onnx/encode.js');
      const session = await ort.InferenceSession.create(encodeOnnx(graph));
      const image = new ort.Tensor('uint8', pixels, [5, 7, 6]);
      const { logits } = await session.run({ image });
      await session.release();
      return logits?.data as Float32Array;
    }
  });

/** A layer that says nothing of its rising. */
function pinned<L extends { readonly layer: object }>(layer: L): L {
  const copy = { ...layer.layer, monotonic: false, monotonicWhen: () => false };
  return { ...layer, layer: copy };
}

test.run();
