/** The graph of a model in use: raw bytes in, logits and probabilities out, normalisation inside. */

import type { Normalization } from '../../idx/normalization.js';
import { Graph, type Value } from '../../onnx/graph.js';
import type { ShapedLayer } from '../layer.js';
import type { Network, Slot } from '../network.js';
import { type TestTimeAugmentation, type TtaView, viewsOf } from '../test-time-augmentation.js';
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

/** The model with its weights stored inside: what a model file holds. With `tta` it sees views of each image, and joins their logits; with `embedding` it also gives what its last dense layer is given. */
export function inferenceGraph(
  network: Network,
  normalization: Normalization,
  parameters: Float32Array,
  statistics: Float32Array,
  tta?: TestTimeAugmentation,
  embedding = false,
): Graph {
  const graph = new Graph('fmnist');
  const { rows, columns, classes } = network;
  const image = graph.input('image', 'uint8', ['n', rows, columns]);
  store(graph, network.parameters, parameters);
  store(graph, network.statistics, statistics);
  const views = tta ? viewsOf(tta, rows, columns) : [];
  const seen = views.length > 0 ? viewed(graph, image, views, network) : image;
  const input = normalizedInput(graph, seen, normalization, network);
  const values = (name: string) => {
    const slot = network.parameters.find((parameter) => parameter.name === name);
    if (!slot) throw new Error(`the network has no parameter ${name}`);
    return parameters.subarray(slot.offset, slot.offset + slot.length);
  };
  const context = { graph, parameter: (name: string) => name, values };
  const last = embedding ? lastDense(network.layers) : 0;
  const before = sequenceInference(context, network.layers.slice(0, last), input);
  if (embedding) {
    const width = network.layers[last]!.input[0]!;
    const joined = views.length > 0 ? weightedMean(graph, before, views, width) : before;
    graph.output('embedding', joined, 'float', ['n', width]);
  }
  const each = sequenceInference(context, network.layers.slice(last), before);
  const logits = views.length > 0 ? weightedMean(graph, each, views, classes) : each;
  graph.output('logits', logits, 'float', ['n', classes]);
  const probabilities = graph.op('Softmax', [logits], { axis: 1 });
  graph.output('probabilities', probabilities, 'float', ['n', classes]);
  return graph;
}

/** [n, rows, columns] bytes → [n · views, rows, columns]: those of an image stand next to each other. One Gather does all. */
function viewed(
  graph: Graph,
  image: Value,
  views: readonly TtaView[],
  { rows, columns }: Network,
): Value {
  const flat = graph.reshape(image, [-1, rows * columns]);
  const indices = views.flatMap(({ pixels }) => pixels);
  return graph.reshape(graph.gather(flat, indices, 1), [-1, rows, columns]);
}

/** Where the last dense layer stands; there is one in every model that ends in one value a class. */
export function lastDense(layers: readonly ShapedLayer[]): number {
  return layers.findLastIndex(({ layer }) => layer.kind === 'dense');
}

/** Values [n · views, width] → [n, width]. */
function weightedMean(graph: Graph, each: Value, views: readonly TtaView[], width: number): Value {
  const count = views.length;
  const weights = graph.floats(
    views.map(({ weight }) => weight),
    [1, count, 1],
  );
  const shares = graph.op('Mul', [graph.reshape(each, [-1, count, width]), weights]);
  return graph.sum(shares, [1]);
}

function store(graph: Graph, slots: readonly Slot<unknown>[], values: Float32Array): void {
  for (const { name, shape, offset, length } of slots)
    graph.initializer(name, values.subarray(offset, offset + length), shape);
}
