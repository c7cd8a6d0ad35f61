/** The verifier of graphs: each fault is found and named, and a legal graph passes. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Graph } from '../../../src/onnx/graph.js';
import { verifyGraph } from '../../support/verify-graph.js';

const test = suite('onnx/verify-graph');

/** A graph with an input `x` and an output; `change` makes it faulty. */
function graphWith(change: (graph: Graph) => void): Graph {
  const graph = new Graph('g');
  graph.input('x', 'float', [2]);
  change(graph);
  graph.output('y', 'x', 'float', [2]);
  return graph;
}

const node = (type: string, inputs: string[], outputs: string[], attributes = {}) => ({
  ...{ type, inputs, outputs, attributes },
});

test('a legal graph, with a branch that takes a value from outside', () => {
  const graph = graphWith((own) => {
    own.initializer('w', Float32Array.of(1, 2), [2]);
    const [left] = own.split(own.op('Add', ['x', 'w']), [1, 1], 0);
    const condition = own.op('Less', [own.reshape(left!, []), own.floats(0)]);
    own.either(
      condition,
      [2],
      (branch) => branch.op('Neg', ['x']),
      () => 'x',
    );
  });
  verifyGraph(graph);
  assert.is(graph.nodes.length, 6);
});

const faults: Readonly<Record<string, [change: (graph: Graph) => void, message: string]>> = {
  'an input that is never defined': [
    (graph) => graph.op('Neg', ['z']),
    "graph 'g': Neg (t0) takes 'z', which is not defined before it",
  ],
  'an input that is defined later': [
    (graph) => {
      graph.nodes.push(node('Neg', ['b'], ['a']), node('Neg', ['x'], ['b']));
    },
    "graph 'g': Neg (a) takes 'b', which is not defined before it",
  ],
  'a value of a branch, taken outside': [
    (graph) => {
      const inner: string[] = [];
      const condition = graph.op('Less', ['x', 'x']);
      graph.either(
        condition,
        [2],
        (branch) => {
          inner.push(branch.op('Neg', ['x']));
          return inner[0]!;
        },
        () => 'x',
      );
      graph.op('Neg', inner);
    },
    "graph 'g': Neg (t4) takes 't1.t0', which is not defined before it",
  ],
  'an undefined value within a branch': [
    (graph) =>
      graph.either(
        'x',
        [2],
        () => 'z',
        () => 'x',
      ),
    "graph 'then': Identity (t0.then) takes 'z', which is not defined before it",
  ],
  'one name for an input and a weight': [
    (graph) => graph.initializer('x', Float32Array.of(1), [1]),
    "graph 'g': the name 'x' is given twice",
  ],
  'one name for two results': [
    (graph) => {
      graph.nodes.push(node('Neg', ['x'], ['a']), node('Neg', ['x'], ['a']));
    },
    "graph 'g': the name 'a' is given twice",
  ],
  'a result without a name': [
    (graph) => {
      graph.nodes.push(node('Neg', ['x'], ['']));
    },
    "graph 'g': a value has no name",
  ],
  'an unknown operator': [
    (graph) => graph.op('Negate', ['x']),
    "graph 'g': Negate (t0) is of no known operator, Negate",
  ],
  "an operator of another domain's": [
    (graph) => graph.op('Add', ['x', 'x'], {}, 'com.microsoft.nchwc'),
    "graph 'g': Add (t0) is of no known operator, com.microsoft.nchwc.Add",
  ],
  'too few inputs': [
    (graph) => graph.op('Add', ['x']),
    "graph 'g': Add (t0) has 1 inputs; 2 were expected",
  ],
  'too many inputs': [
    (graph) => graph.op('Pad', ['x', 'x', 'x', 'x']),
    "graph 'g': Pad (t0) has 4 inputs; 2 to 3 were expected",
  ],
  'too many outputs': [
    (graph) => {
      graph.nodes.push(node('Neg', ['x'], ['a', 'b']));
    },
    "graph 'g': Neg (a, b) has 2 outputs; 1 were expected",
  ],
  'an unknown attribute': [
    (graph) => graph.op('Neg', ['x'], { axis: 1 }),
    "graph 'g': Neg (t0) has the attribute 'axis', which its operator does not know",
  ],
  'an attribute of another type': [
    (graph) => graph.op('Softmax', ['x'], { axis: [1] }),
    "graph 'g': Softmax (t0) has 'axis' as integers; integer was expected",
  ],
  'a float that is given as a whole number': [
    (graph) => graph.op('HardSigmoid', ['x'], { alpha: 1, beta: { float: 0 } }),
    "graph 'g': HardSigmoid (t0) has 'alpha' as integer; float was expected",
  ],
  'an attribute too few': [
    (graph) => graph.op('Cast', ['x']),
    "graph 'g': Cast (t0) lacks the attribute 'to'",
  ],
  'a weight that is shorter than its shape': [
    (graph) => graph.initializer('w', Float32Array.of(1), [2]),
    "graph 'g': 'w' holds 4 bytes; 8 were expected",
  ],
  'an output that no node makes': [
    (graph) => {
      graph.outputs.push({ name: 'z', type: 'float', shape: [2] });
    },
    "graph 'g': no node makes its output 'z'",
  ],
};
for (const [name, [change, message]] of Object.entries(faults))
  test(`refused: ${name}`, () => {
    assert.throws(
      () => verifyGraph(graphWith(change)),
      (error: Error) => error.message === message || assert.unreachable(error.message),
    );
  });

test('refused: no outputs', () => {
  assert.throws(() => verifyGraph(new Graph('g')), "graph 'g': it has no outputs");
});

test.run();
