/** Per-channel sums and maps over [n, channels, rows, columns] or [n, features], as few passes as ONNX Runtime allows. */

import type { Graph, Value } from '../graph.js';
import type { Shape } from '../layer.js';

/** Values of one channel in a batch: n × rows × columns, or n. */
export function valuesPerChannel(batch: number, [, rows = 1, columns = 1]: Shape): number {
  return batch * rows * columns;
}

/** Sum over everything but the channel → [channels]. Summed over the pixels first: ReduceSum is fast on the last axis only. */
export function channelSums(graph: Graph, value: Value, batch: number, shape: Shape): Value {
  const [channels = 0, rows, columns = 1] = shape;
  if (rows === undefined) return graph.sum(value, [0]);
  const flat = graph.reshape(value, [batch, channels, rows * columns]);
  return graph.sum(graph.sum(flat, [2]), [0]);
}

/** [channels] → a shape that broadcasts over the batch. */
export function spread(graph: Graph, value: Value, shape: Shape): Value {
  return graph.reshape(value, [1, ...shape.map((size, i) => (i === 0 ? size : 1))]);
}

/** value × scale + offset by channel, in one pass: a batch normalisation of mean 0 and variance 1 is just that. */
export function channelMap(
  graph: Graph,
  value: Value,
  scale: Value,
  offset: Value,
  shape: Shape,
): Value {
  const [channels = 0, rows] = shape;
  if (rows === undefined)
    return graph.op('Add', [
      graph.op('Mul', [value, spread(graph, scale, shape)]),
      spread(graph, offset, shape),
    ]);
  const zeros = graph.floats(new Array<number>(channels).fill(0));
  const ones = graph.floats(new Array<number>(channels).fill(1));
  return graph.op('BatchNormalization', [value, scale, offset, zeros, ones], {
    epsilon: { float: 0 },
  });
}
