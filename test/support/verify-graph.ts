/**
 * Verifier of graphs: checks that a lowering gave a legal one. Tests run it behind every lowering, since ONNX Runtime
 * accepts some faults in silence and names others late.
 */

import type {
  Attribute,
  ElementType,
  Graph,
  GraphNode,
  Initializer,
} from '../../src/onnx/graph.js';
import { type AttributeType, operators } from './onnx-operators.js';

const elementBytes: Readonly<Record<ElementType, number>> = {
  float: 4,
  uint8: 1,
  int64: 8,
  bool: 1,
};

/**
 * Checks that names are unique, every input of a node is defined before it, operators are known, with as many inputs and
 * outputs as they take and attributes of their types, initialisers are as long as their shapes say, and the outputs exist.
 * Throws an Error that names the graph and the node or value at fault. `outer`: values that a branch may take besides its own.
 */
export function verifyGraph(graph: Graph, outer: ReadonlySet<string> = new Set()): void {
  const refuse = (problem: string): never => {
    throw new Error(`graph '${graph.name}': ${problem}`);
  };
  const defined = new Set(outer);
  const define = (name: string) => {
    if (name === '') refuse('a value has no name');
    if (defined.has(name)) refuse(`the name '${name}' is given twice`);
    defined.add(name);
  };
  for (const { name } of graph.inputs) define(name);
  for (const tensor of graph.initializers) {
    define(tensor.name);
    const expected = byteLength(tensor);
    if (tensor.data.length !== expected)
      refuse(`'${tensor.name}' holds ${tensor.data.length} bytes; ${expected} were expected`);
  }
  for (const node of graph.nodes) {
    const name = `${node.type} (${node.outputs.join(', ')})`;
    for (const input of node.inputs)
      if (!defined.has(input)) refuse(`${name} takes '${input}', which is not defined before it`);
    const fault = operatorFault(node);
    if (fault) refuse(`${name} ${fault}`);
    for (const branch of Object.values(node.attributes))
      if (isBranch(branch)) verifyGraph(branch.graph, defined);
    node.outputs.forEach(define);
  }
  if (graph.outputs.length === 0) refuse('it has no outputs');
  const made = new Set(graph.nodes.flatMap(({ outputs }) => outputs));
  for (const { name } of graph.outputs)
    if (!made.has(name)) refuse(`no node makes its output '${name}'`);
}

/** Checks a node against its operator's signature. */
function operatorFault({
  type,
  domain,
  inputs,
  outputs,
  attributes,
}: GraphNode): string | undefined {
  const key = domain ? `${domain}.${type}` : type;
  const operator = Object.hasOwn(operators, key) ? operators[key] : undefined;
  if (!operator) return `is of no known operator, ${key}`;
  const [least, most] = operator.inputs;
  if (inputs.length < least || inputs.length > most)
    return `has ${inputs.length} inputs; ${least === most ? least : `${least} to ${most}`} were expected`;
  const count = operator.outputs ?? 1;
  if (outputs.length !== count && !(count === 'any' && outputs.length > 0))
    return `has ${outputs.length} outputs; ${count} were expected`;
  const known = operator.attributes ?? {};
  for (const [name, value] of Object.entries(attributes)) {
    const expected = known[name]?.replace('?', '');
    if (expected === undefined)
      return `has the attribute '${name}', which its operator does not know`;
    const found = typeOf(value);
    if (found !== expected) return `has '${name}' as ${found}; ${expected} was expected`;
  }
  const missing = Object.keys(known).find(
    (name) => !known[name]!.endsWith('?') && attributes[name] === undefined,
  );
  return missing && `lacks the attribute '${missing}'`;
}

function typeOf(value: Attribute): AttributeType {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? 'integer' : 'float';
  if (typeof value === 'string') return 'string';
  if (isBranch(value)) return 'graph';
  return 'float' in value ? 'float' : 'integers';
}

const isBranch = (value: Attribute): value is { readonly graph: Graph } =>
  typeof value === 'object' && 'graph' in value;

const byteLength = ({ type, shape }: Initializer) =>
  shape.reduce((product, size) => product * size, elementBytes[type]);
