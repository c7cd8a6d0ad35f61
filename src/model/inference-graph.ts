/** The graph of a model in use: raw bytes in, logits and probabilities out, normalisation inside. */

import type { Normalization } from '../image/normalization.js';
import { Graph, type Value } from './graph.js';
import type { Network, Slot } from './network.js';
import { sequenceInference } from './sequence.js';

/** The image input as [n, 1, rows, columns] floats, normalised: (pixel − mean) / deviation. */
export function normalizedInput(
  graph: Graph,
  image: Value,
  { mean, deviation }: Normalization,
  { rows, columns }: { readonly rows: number; readonly columns: number },
): Value {
  const shape = mean.length === 1 ? [1, 1, 1, 1] : [1, 1, rows, columns];
  const pixels = graph.reshape(graph.op('Cast', [image], { to: 1 }), [-1, 1, rows, columns]);
  const centred = graph.op('Sub', [pixels, graph.floats(mean, shape)]);
  return graph.op('Div', [centred, graph.floats(deviation, shape)]);
}

/** The model with its weights stored inside: what a model file holds. */
export function inferenceGraph(
  network: Network,
  normalization: Normalization,
  parameters: Float32Array,
  statistics: Float32Array,
): Graph {
  const graph = new Graph('fmnist');
  const { rows, columns, classes } = network;
  const image = graph.input('image', 'uint8', ['n', rows, columns]);
  store(graph, network.parameters, parameters);
  store(graph, network.statistics, statistics);
  const input = normalizedInput(graph, image, normalization, network);
  const logits = sequenceInference({ graph, parameter: (name) => name }, network.layers, input);
  graph.output('logits', logits, 'float', ['n', classes]);
  const probabilities = graph.op('Softmax', [logits], { axis: 1 });
  graph.output('probabilities', probabilities, 'float', ['n', classes]);
  return graph;
}

function store(graph: Graph, slots: readonly Slot<unknown>[], values: Float32Array): void {
  for (const { name, shape, offset, length } of slots)
    graph.initializer(name, values.subarray(offset, offset + length), shape);
}
