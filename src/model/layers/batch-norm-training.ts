/**
 * Batch normalisation in training, alone and fused with the max pooling that follows it.
 *
 * An increasing map keeps the place of the maximum, a decreasing one puts it at the minimum's. So pooling may come
 * first, and the map itself, the sums of the gradient and its product with the input are computed for a quarter of the
 * values.
 */

import type { Graph, Value } from '../../onnx/graph.js';
import type { TrainingContext, TrainingNodes } from '../layer.js';
import { sumTiles } from '../lowering/window-tiles.js';
import type { Shape } from '../shape.js';
import {
  channelAffine,
  channelRows,
  channelSums,
  fromChannelRows,
  valuesPerChannel,
} from './per-channel.js';
import { unpoolBlocks, windowBlocks } from './window-blocks.js';

/** Lowers batch normalisation by batch statistics. input: [channels, pixels, n] or [features, n]. */
export function batchNormTraining(
  context: TrainingContext,
  input: Value,
  shape: Shape,
  epsilon: number,
  scaled: boolean,
): TrainingNodes {
  const { graph, batch, needsInputGradient } = context;
  const [channels = 0] = shape;
  const rows = channelRows(graph, input, batch, shape);
  const map = fitted(context, [{ rows, shape }], shape, epsilon, scaled);
  const output = channelAffine(graph, rows, map.slope, map.shift, channels);
  return {
    output: fromChannelRows(graph, output, batch, shape),
    backward: (outerValue) => {
      const outer = channelRows(graph, outerValue, batch, shape);
      const { perInput, constant } = backwardMap(context, map, outer, rows, shape);
      if (!needsInputGradient) return undefined;
      const mapped = graph.op('Add', [
        channelAffine(graph, outer, map.slope, constant, channels),
        graph.op('Mul', [rows, graph.reshape(perInput, [channels, 1])]),
      ]);
      return fromChannelRows(graph, mapped, batch, shape);
    },
  };
}

/** Lowers batch normalisation fused with max pooling. input: [channels, pixels, n] in window layout, taken tile by tile (see window-tiles.ts). */
export function batchNormPoolTraining(
  context: TrainingContext,
  input: Value,
  shape: Shape,
  side: number,
  pooledShape: Shape,
  epsilon: number,
  scaled: boolean,
): TrainingNodes {
  const { graph, batch, needsInputGradient } = context;
  const [channels = 0] = shape;
  const blocks = windowBlocks(graph, input, shape, side);
  const { sizes, inWindows } = blocks;
  const tiles = blocks.tiles.map((tile, i) => {
    const own = i < inWindows.length ? pooledShape : [channels, 1, sizes[i]!];
    return { rows: channelRows(graph, tile, batch, own), shape: own };
  });
  const map = fitted(context, tiles, shape, epsilon, scaled);
  const highest = graph.op('Max', inWindows);
  const chosen = scaled ? byScale(context, inWindows, highest, channels, sizes[0]!) : highest;
  const pooledRows = channelRows(graph, chosen, batch, pooledShape);
  const output = channelAffine(graph, pooledRows, map.slope, map.shift, channels);
  return {
    output: fromChannelRows(graph, output, batch, pooledShape),
    backward: (outerValue) => {
      const outer = channelRows(graph, outerValue, batch, pooledShape);
      const { perInput, constant } = backwardMap(context, map, outer, pooledRows, pooledShape);
      if (!needsInputGradient) return undefined;
      const sloped = graph.op('Mul', [outer, graph.reshape(map.slope, [channels, 1])]);
      const back = fromChannelRows(graph, sloped, batch, pooledShape);
      const unpooled = unpoolBlocks(graph, blocks, chosen, back);
      const gradients = tiles.map(({ rows, shape: own }, i) => {
        const mapped = channelAffine(graph, rows, perInput, constant, channels);
        const tile = fromChannelRows(graph, mapped, batch, own);
        const part = unpooled[i];
        return part === undefined ? tile : graph.op('Add', [tile, part]);
      });
      return graph.joinTiles(gradients, sizes);
    },
  };
}

/**
 * Selects the maximum or minimum of each window by the sign of the channel's scale; at 0 the choice makes no difference.
 * Scales begin at 1 and rarely become negative: the minimum is computed only if one has.
 */
function byScale(
  { graph, batch, parameter }: TrainingContext,
  inWindows: readonly Value[],
  highest: Value,
  channels: number,
  windows: number,
): Value {
  const scale = parameter('scale');
  const least = graph.op('ReduceMin', [scale], { keepdims: 0 });
  const scales = graph.reshape(scale, [channels, 1, 1]);
  return graph.either(
    graph.op('Less', [least, graph.floats(0)]),
    [channels, windows, batch],
    (branch) =>
      branch.op('Where', [
        branch.op('Less', [scales, branch.floats(0)]),
        branch.op('Min', inWindows),
        highest,
      ]),
    () => highest,
  );
}

/** Batch statistics by channel, and the affine map slope · x + shift that normalises. All but count: [channels]. */
interface FittedMap {
  /** Number of values of a channel. */
  readonly count: Value;
  readonly mean: Value;
  /** 1 / √(variance + ε). */
  readonly inverse: Value;
  readonly slope: Value;
  readonly shift: Value;
  readonly scaled: boolean;
}

/** A tile of the values. */
interface Tile {
  /** [channels, values] */
  readonly rows: Value;
  readonly shape: Shape;
}

/** Computes batch statistics and the map, and reports mean and variance. tiles: together all values, of `shape`. */
function fitted(
  { graph, batch, parameter, statistic }: TrainingContext,
  tiles: readonly Tile[],
  shape: Shape,
  epsilon: number,
  scaled: boolean,
): FittedMap {
  const { times, minus } = arithmetic(graph);
  const count = graph.floats(valuesPerChannel(batch, shape));
  const sum = (of: (rows: Value) => Value) =>
    sumTiles(
      graph,
      tiles.map(({ rows, shape: own }) => channelSums(graph, of(rows), batch, own)),
    );
  const mean = graph.op('Div', [sum((rows) => rows), count]);
  // Mean square − squared mean may dip under 0 by rounding; Relu holds it there.
  // A product and a sum take half as long as ReduceSumSquare.
  const squares = sum((rows) => times(rows, rows));
  const variance = graph.op('Relu', [minus(graph.op('Div', [squares, count]), times(mean, mean))]);
  const stabilised = graph.op('Add', [variance, graph.floats(epsilon)]);
  const inverse = graph.op('Reciprocal', [graph.op('Sqrt', [stabilised])]);
  statistic('mean', mean);
  statistic('variance', variance);
  const slope = scaled ? times(parameter('scale'), inverse) : inverse;
  const shift = minus(parameter('offset'), times(mean, slope));
  return { count, mean, inverse, slope, shift, scaled };
}

/**
 * Backward map, reporting the gradients of scale and offset. With x̂ = (x − mean) · inverse: dx = slope · (dy − (Σdy + x̂ · Σ(dy · x̂)) / count) = slope · dy + perInput · x + constant.
 * outer, seen: dy and the x it belongs to, [channels, values] of `shape`; values where dy is 0 may be left out.
 */
function backwardMap(
  { graph, batch, gradient }: TrainingContext,
  { count, mean, inverse, slope, scaled }: FittedMap,
  outer: Value,
  seen: Value,
  shape: Shape,
): { readonly perInput: Value; readonly constant: Value } {
  const { times, minus } = arithmetic(graph);
  const perCount = (a: Value) => graph.op('Div', [a, count]);
  const ofOuter = channelSums(graph, outer, batch, shape);
  const withInput = channelSums(graph, times(outer, seen), batch, shape);
  const correlation = times(inverse, minus(withInput, times(mean, ofOuter)));
  gradient('offset', ofOuter);
  if (scaled) gradient('scale', correlation);
  const perInput = graph.op('Neg', [perCount(times(slope, times(inverse, correlation)))]);
  const fromMean = graph.op('Add', [perCount(times(slope, ofOuter)), times(perInput, mean)]);
  return { perInput, constant: graph.op('Neg', [fromMean]) };
}

const arithmetic = (graph: Graph) => ({
  times: (a: Value, b: Value) => graph.op('Mul', [a, b]),
  minus: (a: Value, b: Value) => graph.op('Sub', [a, b]),
});
