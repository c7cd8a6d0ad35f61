/** Structure of a model that another tool has written: its inputs and outputs with their types, its nodes, its operator sets. */

import { messageIn, protobufFields, textIn, wholeNumbers } from './protobuf.js';

/** The type of an input or output. */
export interface PortType {
  /** Tensors can be taken; sequences and maps are named in messages. */
  readonly kind: 'tensor' | 'sequence' | 'map' | 'other';
  /** Element type of a tensor, as in `TensorProto.DataType`; 0 where there is none. */
  readonly element: number;
  /** Dimensions of a tensor: a size, a name, or '' for one that is not given; undefined where not even their number is. */
  readonly shape: readonly (number | string)[] | undefined;
}

/** Names of the element types of tensors, by their numbers in `TensorProto.DataType`. */
export const elementNames: Readonly<Record<number, string>> = {
  1: 'float32',
  2: 'uint8',
  3: 'int8',
  4: 'uint16',
  5: 'int16',
  6: 'int32',
  7: 'int64',
  8: 'string',
  9: 'bool',
  10: 'float16',
  11: 'float64',
  16: 'bfloat16',
};

/** An input or output of a graph. */
export interface Port extends PortType {
  readonly name: string;
}

/** A node, as much of it as has to be known. */
export interface ForeignNode {
  readonly type: string;
  readonly domain: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Attributes that are whole numbers, texts, or lists of these. */
  readonly attributes: ReadonlyMap<string, readonly (number | string)[]>;
}

/** A model as it was read. */
export interface ForeignModel {
  readonly irVersion: number;
  /** Name and version of the tool that wrote it: `pytorch 2.15.0`; '' where it does not say. */
  readonly producer: string;
  /** Versions of the operator sets by domain; ONNX's own has an empty name. */
  readonly operatorSets: ReadonlyMap<string, number>;
  /** Inputs that are no initialisers. */
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly nodes: readonly ForeignNode[];
  /** The GraphProto. [bytes] */
  readonly graph: Uint8Array;
  /** The FunctionProtos. [bytes] each. */
  readonly functions: readonly Uint8Array[];
}

/** Reads the structure of a model. model: [bytes] of a file. Throws a RangeError where they are no ONNX model. */
export function readStructure(model: Uint8Array): ForeignModel {
  let irVersion = 0;
  const producer = ['', ''];
  const operatorSets = new Map<string, number>();
  const functions: Uint8Array[] = [];
  let graph: Uint8Array | undefined;
  for (const part of protobufFields(model)) {
    if (part.field === 1) irVersion = part.value;
    if (part.field === 2) producer[0] = textIn(part);
    if (part.field === 3) producer[1] = textIn(part);
    if (part.field === 7) graph = messageIn(part);
    if (part.field === 8) {
      const [domain, version] = operatorSetOf(messageIn(part));
      // Some writers name a domain twice; by the standard the highest version holds.
      operatorSets.set(domain, Math.max(version, operatorSets.get(domain) ?? 0));
    }
    if (part.field === 25) functions.push(messageIn(part));
  }
  if (!graph) throw new RangeError('there is no graph in it');
  const common = { irVersion, producer: producer.filter(Boolean).join(' '), operatorSets };
  return { ...common, functions, graph, ...graphStructure(graph) };
}

/** The domain `ai.onnx` is the one without a name. */
function operatorSetOf(message: Uint8Array): [string, number] {
  const set: [string, number] = ['', 0];
  for (const part of protobufFields(message)) {
    if (part.field === 1) set[0] = textIn(part).replace(/^ai\.onnx$/, '');
    if (part.field === 2) set[1] = part.value;
  }
  return set;
}

function graphStructure(graph: Uint8Array): Pick<ForeignModel, 'inputs' | 'outputs' | 'nodes'> {
  const [inputs, outputs, nodes]: [Port[], Port[], ForeignNode[]] = [[], [], []];
  const stored = new Set<string>();
  for (const part of protobufFields(graph)) {
    if (part.field === 1) nodes.push(readNode(messageIn(part)));
    if (part.field === 5) stored.add(nameOf(messageIn(part), 8));
    if (part.field === 11) inputs.push(readPort(messageIn(part)));
    if (part.field === 12) outputs.push(readPort(messageIn(part)));
  }
  return { inputs: inputs.filter(({ name }) => !stored.has(name)), outputs, nodes };
}

function nameOf(message: Uint8Array, nameField: number): string {
  for (const part of protobufFields(message)) if (part.field === nameField) return textIn(part);
  return '';
}

function readNode(message: Uint8Array): ForeignNode {
  const node = { type: '', domain: '', inputs: [] as string[], outputs: [] as string[] };
  const attributes = new Map<string, readonly (number | string)[]>();
  for (const part of protobufFields(message)) {
    if (part.field === 1) node.inputs.push(textIn(part));
    if (part.field === 2) node.outputs.push(textIn(part));
    if (part.field === 4) node.type = textIn(part);
    if (part.field === 5) attributes.set(...readAttribute(messageIn(part)));
    if (part.field === 7) node.domain = textIn(part);
  }
  return { ...node, attributes };
}

function readAttribute(attribute: Uint8Array): [string, readonly (number | string)[]] {
  let name = '';
  const values: (number | string)[] = [];
  for (const part of protobufFields(attribute)) {
    if (part.field === 1) name = textIn(part);
    if (part.field === 3) values.push(part.value);
    if (part.field === 4) values.push(textIn(part));
    if (part.field === 8) values.push(...wholeNumbers(part));
    if (part.field === 9) values.push(textIn(part));
  }
  return [name, values];
}

function readPort(message: Uint8Array): Port {
  let name = '';
  let type: PortType = { kind: 'other', element: 0, shape: undefined };
  for (const part of protobufFields(message)) {
    if (part.field === 1) name = textIn(part);
    if (part.field === 2) type = readType(messageIn(part));
  }
  return { name, ...type };
}

const kinds: Readonly<Record<number, PortType['kind']>> = { 1: 'tensor', 4: 'sequence', 5: 'map' };

function readType(message: Uint8Array): PortType {
  for (const part of protobufFields(message)) {
    const kind = kinds[part.field];
    if (kind === 'tensor') return { kind, ...readTensorType(messageIn(part)) };
    if (kind) return { kind, element: 0, shape: undefined };
  }
  return { kind: 'other', element: 0, shape: undefined };
}

function readTensorType(message: Uint8Array): Pick<PortType, 'element' | 'shape'> {
  let element = 0;
  let shape: (number | string)[] | undefined;
  for (const part of protobufFields(message)) {
    if (part.field === 1) element = part.value;
    if (part.field !== 2) continue;
    shape = [...protobufFields(messageIn(part))]
      .filter(({ field }) => field === 1)
      .map((dimension) => readDimension(messageIn(dimension)));
  }
  return { element, shape };
}

/** A size below 1 stands for one that is not known: some writers put -1 or 0. */
function readDimension(message: Uint8Array): number | string {
  for (const part of protobufFields(message)) {
    if (part.field === 1) return part.value >= 1 ? part.value : '';
    if (part.field === 2) return textIn(part);
  }
  return '';
}

/** An input or output as messages name it: `'x' (float32, batch × 1 × 28 × 28)`. */
export function describePort({ name, kind, element, shape }: Port): string {
  if (kind !== 'tensor') return `'${name}' (${kind === 'other' ? 'no tensor' : `a ${kind}`})`;
  const sizes = shape?.map((size) => (size === '' ? '?' : size)).join(' × ');
  return `'${name}' (${elementNames[element] ?? `type ${element}`}, ${sizes ?? 'of no shape'})`;
}
