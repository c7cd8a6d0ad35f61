/** Inference graph of a model: raw bytes in, logits and probabilities out, normalisation inside. */

import type { Normalization } from '../../idx/normalization.js';
import { Graph, type Value } from '../../onnx/graph.js';
import type { ShapedLayer } from '../layer.js';
import type { Network, WeightSlot } from '../network.js';
import { padWeights } from '../stored-shape.js';
import { type TestTimeAugmentation, type TtaView, viewsOf } from '../test-time-augmentation.js';
import { sequenceInference } from './sequence.js';

/** Normalises images: u8 [n, rows, columns] → f32 [n, 1, rows, columns], (pixel − mean) / standard deviation. */
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

/**
 * Lowers a network with its weights as initialisers: the graph of a model file. Input: `image` u8 [n, rows, columns].
 * Outputs: `logits` and `probabilities` f32 [n, classes]; with `embedding` also the input of the last dense layer, f32
 * [n, width]. With `tta` the logits are the weighted mean over views of each image. parameters: [parameterCount];
 * statistics: [statisticCount].
 */
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
  storeWeights(graph, network.parameters, parameters);
  storeWeights(graph, network.statistics, statistics);
  const views = tta ? viewsOf(tta, rows, columns) : [];
  const seen = views.length > 0 ? gatherViews(graph, image, views, network) : image;
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

/** Gathers the views of each image in one operator: u8 [n, rows, columns] → [n · views, rows, columns], those of an image side by side. */
function gatherViews(
  graph: Graph,
  image: Value,
  views: readonly TtaView[],
  { rows, columns }: Network,
): Value {
  const flat = graph.reshape(image, [-1, rows * columns]);
  const indices = views.flatMap(({ pixels }) => pixels);
  return graph.reshape(graph.gather(flat, indices, 1), [-1, rows, columns]);
}

/** Index of the last dense layer; −1 where there is none. */
export function lastDense(layers: readonly ShapedLayer[]): number {
  return layers.findLastIndex(({ layer }) => layer.kind === 'dense');
}

/** Weighted mean over views: [n · views, width] → [n, width]. */
function weightedMean(graph: Graph, each: Value, views: readonly TtaView[], width: number): Value {
  const count = views.length;
  const weights = graph.floats(
    views.map(({ weight }) => weight),
    [1, count, 1],
  );
  const shares = graph.op('Mul', [graph.reshape(each, [-1, count, width]), weights]);
  return graph.sum(shares, [1]);
}

function storeWeights(graph: Graph, slots: readonly WeightSlot[], values: Float32Array): void {
  for (const { name, shape, offset, length, spec } of slots) {
    const own = values.subarray(offset, offset + length);
    if (spec.stored) graph.initializer(name, padWeights(own, shape, spec.stored), spec.stored);
    else graph.initializer(name, own, shape);
  }
}
