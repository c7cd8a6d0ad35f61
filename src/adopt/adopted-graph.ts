/** Graph of an adopted model: our input and its normalisation in front of another tool's graph, our outputs behind it. */

import { encodeGraph, type ModelParts, operatorSet } from '../onnx/encode.js';
import { Graph, type Value } from '../onnx/graph.js';
import { ProtobufWriter } from '../onnx/protobuf.js';
import type { ExternalData } from '../onnx/recode.js';
import { recodeFunction, recodeGraphBody } from '../onnx/recode.js';
import type { ForeignModel } from '../onnx/structure.js';
import type { Contract } from './contract.js';
import { type ImageInput, inputShape } from './input-port.js';

/** Kind of the values of the classes; `observed` stands for the values as they are, for inspection. */
export type ScoreKind = 'logits' | 'probabilities' | 'observed';

/** Way of joining the two. */
export interface Joint {
  readonly contract: Contract;
  readonly kind: ScoreKind;
  /** True where the graph is run image by image. */
  readonly single: boolean;
}

/** Another tool's graph, ready to be joined. */
export interface ForeignBody {
  readonly model: ForeignModel;
  readonly input: ImageInput;
  /** Name of the tensor with the values of the classes. */
  readonly scores: string;
  /** Nodes and initialisers, values renamed. [bytes] */
  readonly nodes: Uint8Array;
  /** [bytes] each */
  readonly functions: readonly Uint8Array[];
}

/** Values of the other graph under names that ours do not have. */
const renamed = (name: string): Value => `adopted/${name}`;

/** Oldest version of ONNX's own operators in which ours mean what they mean now; of `Scan`, one more. */
const oldest = { whole: 8, single: 9 };

/** Prepares a graph for joining. external: reads the values of tensors in other files. Throws a RangeError where it cannot be joined. */
export function foreignBody(
  model: ForeignModel,
  input: ImageInput,
  scores: string,
  external: (data: ExternalData) => Uint8Array,
): ForeignBody {
  const own = model.operatorSets.get('');
  if (own !== undefined && own < oldest.whole)
    throw new RangeError(`is of operator set ${own}; ${oldest.whole} or newer was expected`);
  const nodes = recodeGraphBody(model.graph, { rename: renamed, external });
  const functions = model.functions.map((body) => recodeFunction(body, external));
  return { model, input, scores, nodes, functions };
}

/** True where the graph can be run image by image. */
export function canRunSingle({ operatorSets }: ForeignModel): boolean {
  return (operatorSets.get('') ?? operatorSet) >= oldest.single;
}

/**
 * Joins the graphs. Input: `image` u8 [n, rows, columns]. Outputs: `logits` and `probabilities` f32 [n, classes], or
 * `observed` f32 [n, values].
 */
export function joinGraphs(body: ForeignBody, joint: Joint): ModelParts {
  const { irVersion, operatorSets } = body.model;
  const graph = joint.single ? singleGraph(body, joint) : wholeGraph(body, joint);
  // A file of trees alone may name no version of ONNX's own operators.
  const sets = new Map([['', operatorSet], ...operatorSets]);
  return { graph, operatorSets: sets, irVersion, functions: body.functions };
}

/** All images at once. */
function wholeGraph(body: ForeignBody, joint: Joint): Uint8Array {
  const { rows, columns } = joint.contract;
  const before = new Graph('fmnist', 'before.');
  prepare(before, before.input('image', 'uint8', ['n', rows, columns]), body, joint, -1);
  const after = new Graph('fmnist', 'after.');
  const scores = after.reshape(after.op('Cast', [renamed(body.scores)], { to: 1 }), [0, -1]);
  finish(after, scores, joint);
  return merge(before, body, after);
}

/** Image by image: the other graph is the body of a loop. */
function singleGraph(body: ForeignBody, joint: Joint): Uint8Array {
  const { rows, columns } = joint.contract;
  const before = new Graph('image', 'before.');
  prepare(before, before.input('before.image', 'uint8', [rows, columns]), body, joint, 1);
  const after = new Graph('image', 'after.');
  const scores = after.reshape(after.op('Cast', [renamed(body.scores)], { to: 1 }), [-1]);
  after.output('after.scores', scores, 'float', ['values']);
  const graph = new Graph('fmnist');
  const image = graph.input('image', 'uint8', ['n', rows, columns]);
  const encodedGraph = merge(before, body, after);
  const all = graph.op('Scan', [image], { num_scan_inputs: 1, body: { encodedGraph } });
  finish(graph, all, joint);
  return encodeGraph(graph).finish();
}

/** One graph of three: the first has its inputs, the last its outputs. */
function merge(before: Graph, { nodes }: ForeignBody, after: Graph): Uint8Array {
  const parts = [encodeGraph(before).finish(), nodes, encodeGraph(after).finish()];
  return parts.reduce((out, part) => out.encoded(part), new ProtobufWriter()).finish();
}

/** Raw images → the input of the other graph, in its type. count: of images, −1 for any. */
function prepare(
  graph: Graph,
  image: Value,
  { input }: ForeignBody,
  { contract }: Joint,
  count: number,
): void {
  const { normalization, invert, transpose } = contract;
  const [mean = 0, deviation = 1] = [...normalization.mean, ...normalization.deviation];
  const { element, name } = input.port;
  // In double precision where the graph is: trees compare with thresholds that are.
  const precise = element === 11 ? 11 : 1;
  const constant = (value: number) =>
    precise === 1 ? graph.floats(value) : graph.op('Cast', [graph.floats(value)], { to: precise });
  let value = graph.op('Cast', [image], { to: precise });
  if (invert) value = graph.op('Sub', [constant(255), value]);
  if (transpose) value = graph.transpose(value, count === 1 ? [1, 0] : [0, 2, 1]);
  if (mean !== 0) value = graph.op('Sub', [value, constant(mean)]);
  if (deviation !== 1) value = graph.op('Div', [value, constant(deviation)]);
  value = graph.reshape(value, inputShape(input, count));
  const outputs = [renamed(name)];
  graph.nodes.push({ type: 'Cast', inputs: [value], outputs, attributes: { to: element } });
}

/** Smallest normal f32, which has a logarithm. */
const least = 1.17549435e-38;

/** Values of the other graph, [n, values] → our outputs. */
function finish(graph: Graph, scores: Value, { contract, kind }: Joint): void {
  if (kind === 'observed') {
    graph.output('observed', scores, 'float', ['n', 'values']);
    return;
  }
  const { order } = contract;
  const sorted = order.every((column, i) => column === i);
  const values = sorted ? scores : graph.gather(scores, order, 1);
  const shape = ['n', order.length];
  const logits =
    kind === 'logits' ? values : graph.op('Log', [graph.op('Max', [values, graph.floats(least)])]);
  graph.output('logits', logits, 'float', shape);
  const probabilities = kind === 'logits' ? graph.op('Softmax', [logits], { axis: 1 }) : values;
  graph.output('probabilities', probabilities, 'float', shape);
}
