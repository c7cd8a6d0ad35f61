/** Structure of other tools' models, and their graphs under other names: against bytes of our own encoder. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeOnnx } from '../../../src/onnx/decode.js';
import { encodeGraph, encodeModelParts } from '../../../src/onnx/encode.js';
import { Graph } from '../../../src/onnx/graph.js';
import { ProtobufWriter } from '../../../src/onnx/protobuf.js';
import { recodeFunction, recodeGraphBody } from '../../../src/onnx/recode.js';
import { describePort, readStructure } from '../../../src/onnx/structure.js';
import { foreignModel } from '../../support/foreign-model.js';

const test = suite('structure of models');
const message = () => new ProtobufWriter();
const none = () => new Uint8Array();

test('inputs without initialisers, outputs, nodes and operator sets', () => {
  const bytes = foreignModel(
    ['n', 2, 3],
    (graph, input) => {
      graph.input('w', 'float', [1]);
      graph.initializer('w', Float32Array.of(2), [1]);
      graph.output('y', graph.op('Mul', [input, 'w']), 'float', ['n', 2, 3]);
    },
    {
      irVersion: 11,
      operatorSets: new Map([
        ['ai.onnx', 21],
        ['', 9],
        ['ai.onnx.ml', 3],
      ]),
    },
  );
  const { inputs, outputs, nodes, operatorSets, irVersion, producer } = readStructure(bytes);
  assert.equal(inputs, [{ name: 'image', kind: 'tensor', element: 1, shape: ['n', 2, 3] }]);
  assert.equal(outputs.map(describePort), ["'y' (float32, n × 2 × 3)"]);
  assert.equal(
    nodes.map(({ type }) => type),
    ['Mul', 'Identity'],
  );
  assert.equal(
    [...operatorSets],
    [
      ['', 21],
      ['ai.onnx.ml', 3],
    ],
  );
  assert.is(irVersion, 11);
  assert.is(producer, 'fmnist');
});

test('types that are no tensor, sizes that are none, an element that has no name', () => {
  const port = (name: string, type: ProtobufWriter) => message().bytes(1, name).bytes(2, type);
  const sizes = [
    message().integer(1, -1),
    message().integer(1, 0),
    message(),
    message().bytes(2, 'b'),
  ];
  const shape = sizes.reduce((out, size) => out.bytes(1, size), message());
  const graph = message()
    .bytes(11, port('a', message().bytes(1, message().integer(1, 99).bytes(2, shape))))
    .bytes(11, port('b', message().bytes(1, message().integer(1, 11))))
    .bytes(12, port('c', message().bytes(4, message())))
    .bytes(12, port('d', message().bytes(5, message())))
    .bytes(12, port('e', message().bytes(9, message())));
  const { inputs, outputs } = readStructure(message().bytes(7, graph).finish());
  assert.equal([...inputs, ...outputs].map(describePort), [
    "'a' (type 99, ? × ? × ? × b)",
    "'b' (float64, of no shape)",
    "'c' (a sequence)",
    "'d' (a map)",
    "'e' (no tensor)",
  ]);
  assert.throws(() => readStructure(message().integer(1, 8).finish()), 'there is no graph');
});

test('values and nodes are renamed, in branches too; comments and inferred types go', () => {
  const graph = new Graph('g');
  const x = graph.input('x', 'float', [1]);
  const condition = graph.op('Greater', [x, graph.floats(0)]);
  const value = graph.either(
    graph.reshape(condition, []),
    [1],
    (branch) => branch.op('Neg', [x]),
    (branch) => branch.op('Clip', [x, '', branch.floats(1)]),
  );
  graph.output('y', value, 'float', [1]);
  const commented = encodeGraph(graph).bytes(10, '/home/me').bytes(13, message().bytes(1, 'x'));
  const body = recodeGraphBody(commented.finish(), {
    rename: (name) => `r/${name}`,
    external: none,
  });
  const { nodes, inputs, outputs } = readStructure(message().bytes(7, body).finish());
  assert.equal([inputs, outputs], [[], []]);
  for (const name of nodes.flatMap((node) => [...node.inputs, ...node.outputs]))
    assert.match(name, /^r\//);
  const text = Buffer.from(body).toString('latin1');
  assert.not.match(text, /home/);
  // In both branches, and nowhere else; of Clip's three inputs one is left out.
  assert.is(text.split('r/x').length - 1, 3);
  assert.not.match(text, /r\/(?![A-Za-z])/);
});

test('doubles, and fields that this suite does not know, are kept', () => {
  const double = Uint8Array.of(0x51, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f);
  const tensor = message()
    .integer(1, 1)
    .integer(2, 11)
    .bytes(8, 'w')
    .encoded(double)
    .bytes(99, 'z');
  const graph = message().bytes(5, tensor).finish();
  const body = recodeGraphBody(graph, { rename: (name) => `${name}2`, external: none });
  const expected = message()
    .integer(1, 1)
    .integer(2, 11)
    .bytes(8, 'w2')
    .encoded(double)
    .bytes(99, 'z');
  assert.equal([...body], [...message().bytes(5, expected).finish()]);
});

test('values elsewhere become values inside', () => {
  const entry = (key: string, value: string) => message().bytes(1, key).bytes(2, value);
  const outside = message()
    .integer(1, 1)
    .integer(2, 1)
    .bytes(8, 'w')
    .bytes(13, entry('location', 'f'));
  outside.bytes(13, entry('offset', '8')).integer(14, 1);
  const recoding = {
    rename: (name: string) => name,
    external: ({
      location,
      offset,
      length,
    }: {
      location: string;
      offset: number;
      length: number | undefined;
    }) => {
      assert.equal([location, offset, length], ['f', 8, undefined]);
      return Buffer.from(Float32Array.of(1.5).buffer);
    },
  };
  const body = recodeGraphBody(message().bytes(5, outside).finish(), recoding);
  const model = encodeModelParts({ graph: body, operatorSets: new Map() });
  assert.equal(decodeOnnx(model).weights.get('w'), { shape: [1], values: Float32Array.of(1.5) });
  // In a node of a function.
  const attribute = message().bytes(1, 'value').bytes(5, outside);
  const node = message().bytes(4, 'Constant').bytes(5, attribute);
  const made = recodeFunction(message().bytes(7, node).finish(), recoding.external);
  assert.ok(Buffer.from(made).includes(Buffer.from(Float32Array.of(1.5).buffer)));
  const nameless = message().bytes(5, message().bytes(13, entry('offset', '8')).integer(14, 1));
  assert.throws(
    () => recodeGraphBody(nameless.finish(), recoding),
    'is in another file, which is not named',
  );
  const odd = message()
    .bytes(13, entry('location', 'f'))
    .bytes(13, entry('length', '-1'))
    .integer(14, 1);
  assert.throws(
    () => recodeGraphBody(message().bytes(5, odd).finish(), recoding),
    "the length of a tensor in 'f' is no whole number",
  );
});

test.run();
