/** Sums and maps over training values by channel, or by channel and image: [channels, pixels, n] or [features, n]. */

import type { Graph, Value } from '../../onnx/graph.js';
import { type Shape, trainingShape } from '../shape.js';

/** Values of one channel in a batch: pixels × n, or n. */
export function valuesPerChannel(batch: number, shape: Shape): number {
  return batch * (trainingShape(shape)[1] ?? 1);
}

/** Reshapes a training value to a matrix with one row a channel: [channels, values]. */
export function channelRows(graph: Graph, value: Value, batch: number, shape: Shape): Value {
  const [channels = 0, pixels] = trainingShape(shape);
  return pixels === undefined ? value : graph.reshape(value, [channels, pixels * batch]);
}

/** Sums each row, in two stages: in single precision that keeps two digits more than one long sum. rows: [channels, values] → [channels]. */
export function channelSums(graph: Graph, rows: Value, batch: number, shape: Shape): Value {
  const [channels = 0, down, across = 1] = shape;
  if (down === undefined) return graph.sum(rows, [1]);
  const parts = graph.sum(graph.reshape(rows, [channels, down, across * batch]), [2]);
  return graph.sum(parts, [1]);
}

/** Reshapes [channels, values] back to a training value. */
export function fromChannelRows(graph: Graph, value: Value, batch: number, shape: Shape): Value {
  const sizes = trainingShape(shape);
  return sizes.length === 1 ? value : graph.reshape(value, [...sizes, batch]);
}

/** Affine map by channel, rows × scale + offset, in one pass: a batch normalisation of mean 0 and variance 1. rows: [channels, values]. */
export function channelAffine(
  graph: Graph,
  rows: Value,
  scale: Value,
  offset: Value,
  channels: number,
): Value {
  const zeros = graph.floats(new Array<number>(channels).fill(0));
  const ones = graph.floats(new Array<number>(channels).fill(1));
  const asImage = graph.op('Unsqueeze', [rows, graph.integers([0])]);
  const mapped = graph.op('BatchNormalization', [asImage, scale, offset, zeros, ones], {
    epsilon: { float: 0 },
  });
  return graph.op('Squeeze', [mapped, graph.integers([0])]);
}

/**
 * Multiplies or adds one operand a row and image, [rows, n] or [rows, 1, n], to values [rows, pixels, n]. ONNX Runtime
 * broadcasts in runs of the operand's length: a run of n is so short that this takes twice as long as with runs of some
 * hundreds, for which the operand is repeated.
 */
export function mapByImage(
  graph: Graph,
  type: 'Mul' | 'Add',
  values: Value,
  operand: Value,
  [rows, pixels, batch]: readonly [number, number, number],
): Value {
  const longEnough = Math.ceil(512 / batch);
  let copies = Math.min(pixels, longEnough);
  while (pixels % copies !== 0) copies--;
  const run = copies * batch;
  const repeated = graph.op('Expand', [
    graph.reshape(operand, [rows, 1, batch]),
    graph.integers([rows, copies, batch]),
  ]);
  const mapped = graph.op(type, [
    graph.reshape(values, [rows, pixels / copies, run]),
    graph.reshape(repeated, [rows, 1, run]),
  ]);
  return graph.reshape(mapped, [rows, pixels, batch]);
}
