/** Tiled values, and values selected when a graph is run. */

import '../../../../src/engine/onnxruntime/no-telemetry.js';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inRuns, windowLayout, windowSizes } from '../../../../src/model/lowering/pixel-layout.js';
import { trainingGraph } from '../../../../src/model/lowering/training-graph.js';
import { tilewise } from '../../../../src/model/lowering/window-tiles.js';
import { shapeNetwork } from '../../../../src/model/network.js';
import { encodeOnnx } from '../../../../src/onnx/encode.js';
import { Graph, type Value } from '../../../../src/onnx/graph.js';
import { centred } from '../../../support/step.js';

const test = suite('model/lowering/window-tiles');

/** Runs `make` on two rows of five places for one sample, in tiles of 2 and 3. */
async function run(make: (graph: Graph, value: Value) => Value, shape: readonly number[]) {
  const graph = new Graph('tiles');
  const left = graph.input('left', 'float', [2, 2, 1]);
  const right = graph.input('right', 'float', [2, 3, 1]);
  graph.output('result', make(graph, graph.joinTiles([left, right], [2, 3])), 'float', shape);
  const session = await InferenceSession.create(encodeOnnx(graph), { intraOpNumThreads: 1 });
  const { result } = await session.run({
    left: new Tensor('float32', [1, -2, 6, -7], [2, 2, 1]),
    right: new Tensor('float32', [3, -4, 5, 8, -9, 10], [2, 3, 1]),
  });
  return { values: Array.from(result?.data as Float32Array), kinds: kindsOf(graph) };
}

const kindsOf = ({ nodes }: Graph) => nodes.map(({ type }) => type);

test('nodes that take the whole value get the tiles concatenated, once', async () => {
  const { values, kinds } = await run(
    (graph, value) => graph.op('Add', [graph.op('Neg', [value]), graph.op('Mul', [value, value])]),
    [2, 5, 1],
  );
  assert.equal(values, [0, 6, 6, 20, 20, 30, 56, 56, 90, 90]);
  assert.is(kinds.filter((kind) => kind === 'Concat').length, 1);
});

test('tilewise work neither concatenates nor splits', async () => {
  const made: Value[] = [];
  const { values, kinds } = await run(
    (graph, value) => {
      const relu = tilewise(graph, [value], (own) => graph.op('Relu', [own]));
      const product = tilewise(graph, [relu, value], (a, b) => graph.op('Mul', [a, b]));
      made.push(...graph.tiles(product, [2, 3]));
      return made[1]!;
    },
    [2, 3, 1],
  );
  assert.is(made.length, 2);
  assert.equal(values, [9, 0, 25, 64, 0, 100]);
  assert.equal(kinds, ['Relu', 'Relu', 'Mul', 'Mul', 'Identity']);
});

test('tiles of other sizes are split from the whole value', async () => {
  const { values, kinds } = await run((graph, value) => graph.tiles(value, [4, 1])[0]!, [2, 4, 1]);
  assert.equal(values, [1, -2, 3, -4, 6, -7, 8, -9]);
  assert.equal(kinds, ['Concat', 'Split', 'Identity']);
});

test('beside a value without tiles, the tiles are concatenated', async () => {
  const { values, kinds } = await run(
    (graph, value) => {
      const whole = graph.op('Abs', [value]);
      return tilewise(graph, [value, whole], (a, b) => graph.op('Add', [a, b]));
    },
    [2, 5, 1],
  );
  assert.equal(values, [2, 0, 6, 0, 10, 12, 0, 16, 0, 20]);
  assert.equal(kinds, ['Concat', 'Abs', 'Add', 'Identity']);
});

test('a single tile is the value itself', () => {
  const graph = new Graph('one');
  assert.is(graph.joinTiles(['a'], [7]), 'a');
  assert.equal(graph.tiles('a', [7]), ['a']);
  assert.equal(graph.nodes, []);
});

for (const [sign, expected] of [
  [-1, 12],
  [1, 5],
] as const)
  test(`one of two values, by a condition: ${sign}`, async () => {
    const graph = new Graph('either');
    const value = graph.input('value', 'float', [1]);
    const five = graph.op('Add', [graph.op('Abs', [value]), graph.floats([4])]);
    const chosen = graph.either(
      graph.op('Less', [graph.reshape(value, []), graph.floats(0)]),
      [1],
      (branch) => branch.op('Add', [five, branch.floats([7])]),
      () => five,
    );
    graph.output('result', graph.op('Mul', [chosen, graph.floats([1])]), 'float', [1]);
    const session = await InferenceSession.create(encodeOnnx(graph), { intraOpNumThreads: 1 });
    const { result } = await session.run({ value: new Tensor('float32', [sign], [1]) });
    assert.equal(Array.from(result?.data as Float32Array), [expected]);
  });

test('a convolution before batch norm and pooling gives its output in window tiles', () => {
  const layers = [
    { kind: 'conv', filters: 4 },
    { kind: 'relu' },
    { kind: 'batch-norm' },
    { kind: 'max-pool' },
    { kind: 'flatten' },
    { kind: 'dense', units: 'classes' },
  ];
  for (const rows of [6, 7]) {
    const network = shapeNetwork({ layers }, { rows, columns: 6, classes: 3 });
    const { graph } = trainingGraph(network, centred, { batch: 2, lossScale: 2 });
    const kinds = kindsOf(graph);
    assert.not(kinds.includes('Split'));
    // Only the border of the images is concatenated.
    assert.is(kinds.filter((kind) => kind === 'Concat').length, 1);
  }
});

test('tile sizes are those of the blocks of the window layout', () => {
  assert.equal(windowSizes(4, 6, 2), [6, 6, 6, 6]);
  assert.equal(windowSizes(7, 6, 2), [9, 9, 9, 9, 6]);
  assert.equal(windowSizes(2, 2, 3), [0, 0, 0, 0, 0, 0, 0, 0, 0, 4]);
  assert.equal(inRuns(windowLayout(3, 3, 2), windowSizes(3, 3, 2)), [
    [0],
    [1],
    [3],
    [4],
    [2, 5, 6, 7, 8],
  ]);
});

test.run();
