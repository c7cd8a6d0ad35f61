/**
 * Batch normalisation in training, alone and with the max-pool that follows it.
 *
 * A map that rises puts the maximum where it was, and one that falls puts it where the minimum was. So the pool may
 * come first, and what a quarter of the values need is done to a quarter of them: the map itself, the sums of the
 * gradient, and its product with the input.
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

/** Normalises each channel by the batch's own figures. */
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

/** The same, then the maximum of each window; the input's pixels stand in window order, and are taken window place by window place (see pieces.ts). */
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
  const pieces = blocks.tiles.map((piece, i) => {
    const own = i < inWindows.length ? pooledShape : [channels, 1, sizes[i]!];
    return { rows: channelRows(graph, piece, batch, own), shape: own };
  });
  const map = fitted(context, pieces, shape, epsilon, scaled);
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
      const spread = unpoolBlocks(graph, blocks, chosen, back);
      const gradients = pieces.map(({ rows, shape: own }, i) => {
        const mapped = channelAffine(graph, rows, perInput, constant, channels);
        const piece = fromChannelRows(graph, mapped, batch, own);
        const part = spread[i];
        return part === undefined ? piece : graph.op('Add', [piece, part]);
      });
      return graph.joinTiles(gradients, sizes);
    },
  };
}

/** Which of the two a channel wants, its sign says; with a scale of 0 the place makes no difference. Scales begin at 1, and mostly none falls below 0. */
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

/** A channel's figures, and the map slope · x + shift that they make. */
interface FittedMap {
  /** Values of a channel. */
  readonly count: Value;
  readonly mean: Value;
  /** 1 / √(variance + ε). */
  readonly inverse: Value;
  readonly slope: Value;
  readonly shift: Value;
  readonly scaled: boolean;
}

/** Some of the values, [channels, values] of `shape`. */
interface Piece {
  readonly rows: Value;
  readonly shape: Shape;
}

/** pieces: together all values, of `shape`. Reports mean and variance. */
function fitted(
  { graph, batch, parameter, statistic }: TrainingContext,
  pieces: readonly Piece[],
  shape: Shape,
  epsilon: number,
  scaled: boolean,
): FittedMap {
  const { times, minus } = arithmetic(graph);
  const count = graph.floats(valuesPerChannel(batch, shape));
  const sum = (of: (rows: Value) => Value) =>
    sumTiles(
      graph,
      pieces.map(({ rows, shape: own }) => channelSums(graph, of(rows), batch, own)),
    );
  const mean = graph.op('Div', [sum((rows) => rows), count]);
  // Mean square − squared mean may dip under 0 by rounding; Relu holds it there.
  // A product and a sum take half as long as ReduceSumSquare.
  const squares = sum((rows) => times(rows, rows));
  const variance = graph.op('Relu', [minus(graph.op('Div', [squares, count]), times(mean, mean))]);
  const steadied = graph.op('Add', [variance, graph.floats(epsilon)]);
  const inverse = graph.op('Reciprocal', [graph.op('Sqrt', [steadied])]);
  statistic('mean', mean);
  statistic('variance', variance);
  const slope = scaled ? times(parameter('scale'), inverse) : inverse;
  const shift = minus(parameter('offset'), times(mean, slope));
  return { count, mean, inverse, slope, shift, scaled };
}

/**
 * With x̂ = (x − mean) · inverse: dx = slope · (dy − (Σdy + x̂ · Σ(dy · x̂)) / count) = slope · dy + perInput · x + constant.
 * outer, seen: the gradient dy and the x it belongs to, [channels, values] of `shape`; where dy is 0 they may be left out.
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
