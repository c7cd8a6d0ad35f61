/** Encoder of graphs as ONNX model files (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto). */

import type { Attribute, Dimension, ElementType, Graph, GraphPort } from './graph.js';
import { ProtobufWriter } from './protobuf.js';

/** Numbers of the element types in ONNX (`TensorProto.DataType`). */
export const elementTypes: Readonly<Record<ElementType, number>> = {
  float: 1,
  uint8: 2,
  int64: 7,
  bool: 9,
};

/** Format and operator-set version: old enough for every runtime of the last years. */
const ownIrVersion = 8;
export const operatorSet = 17;

/** A model in parts: a graph that is encoded, and what goes around it. */
export interface ModelParts {
  /** Graph as a GraphProto. [bytes] */
  readonly graph: Uint8Array;
  /** Versions of the operator sets, by domain; ONNX's own has an empty name. */
  readonly operatorSets: ReadonlyMap<string, number>;
  /** Least version of the format; 8 unless given. */
  readonly irVersion?: number;
  /** Functions that the nodes call, as FunctionProtos. [bytes] each. */
  readonly functions?: readonly Uint8Array[];
}

/** Encodes a model with its metadata as the [bytes] of a file. No clock, host name or path goes in. */
export function encodeOnnx(
  graph: Graph,
  metadata: Readonly<Record<string, string>> = {},
  producerVersion = '',
): Uint8Array {
  const domains = new Set(graph.nodes.flatMap(({ domain }) => domain ?? []));
  const operatorSets = new Map([['', operatorSet], ...[...domains].map((d) => [d, 1] as const)]);
  const encoded = encodeGraph(graph).finish();
  return encodeModelParts({ graph: encoded, operatorSets }, metadata, producerVersion);
}

/** Encodes a model whose graph is encoded already, such as one that holds the nodes of another tool's. */
export function encodeModelParts(
  { graph, operatorSets, irVersion = 0, functions = [] }: ModelParts,
  metadata: Readonly<Record<string, string>> = {},
  producerVersion = '',
): Uint8Array {
  const version = Math.max(irVersion, ownIrVersion);
  const model = new ProtobufWriter().integer(1, version).bytes(2, 'fmnist');
  if (producerVersion) model.bytes(3, producerVersion);
  model.bytes(7, graph);
  for (const [domain, number] of operatorSets)
    model.bytes(8, new ProtobufWriter().bytes(1, domain).integer(2, number));
  for (const body of functions) model.bytes(25, body);
  // Last of all, by which a reader knows that the file is whole.
  for (const [key, value] of Object.entries(metadata))
    model.bytes(14, new ProtobufWriter().bytes(1, key).bytes(2, value));
  return model.finish();
}

/** Encodes a graph as a GraphProto. Two of them, one behind the other, are one graph: repeated fields are merged. */
export function encodeGraph(graph: Graph): ProtobufWriter {
  const out = new ProtobufWriter();
  for (const node of graph.nodes) {
    const encoded = new ProtobufWriter();
    for (const input of node.inputs) encoded.bytes(1, input);
    for (const output of node.outputs) encoded.bytes(2, output);
    encoded.bytes(3, `${node.type}_${node.outputs[0]}`).bytes(4, node.type);
    for (const [name, value] of Object.entries(node.attributes))
      encoded.bytes(5, encodeAttribute(name, value));
    if (node.domain) encoded.bytes(7, node.domain);
    out.bytes(1, encoded);
  }
  out.bytes(2, graph.name);
  for (const tensor of graph.initializers) {
    const encoded = new ProtobufWriter();
    for (const size of tensor.shape) encoded.integer(1, size);
    encoded.integer(2, elementTypes[tensor.type]).bytes(8, tensor.name).bytes(9, tensor.data);
    out.bytes(5, encoded);
  }
  for (const port of graph.inputs) out.bytes(11, encodePort(port));
  for (const port of graph.outputs) out.bytes(12, encodePort(port));
  return out;
}

function encodeAttribute(name: string, value: Attribute): ProtobufWriter {
  const out = new ProtobufWriter().bytes(1, name);
  if (typeof value === 'number') return out.integer(3, value).integer(20, 2);
  if (typeof value === 'string') return out.bytes(4, value).integer(20, 3);
  if ('float' in value) return out.float(2, value.float).integer(20, 1);
  if ('graph' in value) return out.bytes(6, encodeGraph(value.graph)).integer(20, 5);
  if ('encodedGraph' in value) return out.bytes(6, value.encodedGraph).integer(20, 5);
  for (const item of value) out.integer(8, item);
  return out.integer(20, 7);
}

function encodePort({ name, type, shape }: GraphPort): ProtobufWriter {
  const dims = new ProtobufWriter();
  for (const dimension of shape) dims.bytes(1, encodeDimension(dimension));
  const tensor = new ProtobufWriter().integer(1, elementTypes[type]).bytes(2, dims);
  return new ProtobufWriter().bytes(1, name).bytes(2, new ProtobufWriter().bytes(1, tensor));
}

function encodeDimension(dimension: Dimension): ProtobufWriter {
  const out = new ProtobufWriter();
  return typeof dimension === 'number' ? out.integer(1, dimension) : out.bytes(2, dimension);
}
