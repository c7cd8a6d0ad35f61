/**
 * Convolution in ONNX Runtime's own layout, [n, channels / block, rows, columns, block], in which it needs no copies of
 * the input. The runtime inserts the operators itself where a kernel is a constant; in training it is not, so they are
 * named here. Between layers values stay [channels, pixels, n]: reordering there and back costs a tenth of what is
 * saved. A last block that the channels do not fill is padded with zeros.
 *
 * The kernel's gradient stays a matrix product: as a convolution it would have a kernel of the image's size and nine
 * outputs, for which the runtime is slow.
 */

import {
  type ConvGeometry,
  type ConvolutionLowering,
  endPads,
  type Pixels,
} from '../../model/convolution-lowering.js';
import { inRuns, layoutChange, type PixelLayout } from '../../model/lowering/pixel-layout.js';
import { imageShape, trainingShape } from '../../model/shape.js';
import type { Graph, Value } from '../../onnx/graph.js';

/** Domain of the operators of the layout. */
export const blockedDomain = 'com.microsoft.nchwc';

/** Least count of output pixels, over a micro-batch, for which the layout pays: the kernel is reordered in every step. */
const fewestPixels = 3136;
/** The same with padded channels. (Half as many would pay too, by less, and change the published models of `fast` in their last digits.) */
const fewestPixelsPadded = 4 * fewestPixels;
/** Channels that the runtime reorders at a time. */
const channelRun = 4;
/** Greatest ratio of products, with those of zeros, to products without padding. */
const mostWork = 2;

interface BlockedConv extends ConvGeometry {
  /** Channels in a block: 8 or 16, as the processor has it. */
  readonly block: number;
}

/** Lowering of convolutions to ONNX Runtime's own layout, in blocks of `block` channels (see block-size.ts). */
export function blockedConvolutions(block: number): ConvolutionLowering {
  return {
    fits: (conv) => fitsBlocks({ ...conv, block }),
    forward: (graph, input, kernel, conv, bias) =>
      blockedConv(graph, input, kernel, { ...conv, block }, bias),
    inputGradient: (graph, outer, kernel, conv) =>
      blockedConvBack(graph, outer, kernel, { ...conv, block }),
  };
}

/** True if the layout can express the convolution, and pays. */
function fitsBlocks(conv: BlockedConv): boolean {
  const { batch, to, kernel, pad } = conv;
  const [own, withPadding] = [channelsOf(conv), paddedChannels(conv)];
  const work = (withPadding.from * withPadding.to) / (own.from * own.to);
  const pixels = trainingShape(to.shape)[1]! * batch;
  const pays = work <= mostWork && pixels >= (work > 1 ? fewestPixelsPadded : fewestPixels);
  const inWholeRuns = own.from % channelRun === 0 && own.to % channelRun === 0;
  return pays && inWholeRuns && kernel > 1 && pad >= 0 && endPads(conv).every((end) => end >= 0);
}

interface Channels {
  readonly from: number;
  readonly to: number;
}

const channelsOf = ({ from, to }: BlockedConv): Channels => ({
  from: imageShape(from.shape, 'conv')[0],
  to: imageShape(to.shape, 'conv')[0],
});

/** Channels with the padding of the last block. */
function paddedChannels(conv: BlockedConv): Channels {
  const { from, to } = channelsOf(conv);
  return { from: roundedUp(from, conv.block), to: roundedUp(to, conv.block) };
}

const roundedUp = (channels: number, block: number) => Math.ceil(channels / block) * block;

/** Pads the first two dimensions of a kernel, or a bias, with zeros up to the sizes `to`. */
function padded(
  graph: Graph,
  value: Value,
  sizes: readonly number[],
  to: readonly number[],
): Value {
  const ends = sizes.map((size, axis) => (to[axis] ?? size) - size);
  if (ends.every((end) => end === 0)) return value;
  return graph.op('Pad', [value, graph.integers([...ends.map(() => 0), ...ends])]);
}

/** Kernel [filters, channels, side, side] in blocks: [filters / block, block of filters, channels / block, block of channels, side²]. */
function kernelBlocks(
  graph: Graph,
  kernel: Value,
  { block, kernel: side }: BlockedConv,
  filters: number,
  channels: number,
): Value {
  const [down, across] = [roundedUp(filters, block), roundedUp(channels, block)];
  const whole = padded(graph, kernel, [filters, channels, side, side], [down, across]);
  return graph.reshape(whole, [down / block, block, across / block, block, side ** 2]);
}

/** Convolution. input: [channels, pixels, n] of `from`; kernel: [filters, channels, side, side]; bias: [filters] → [filters, pixels, n] of `to`. */
function blockedConv(
  graph: Graph,
  input: Value,
  kernel: Value,
  conv: BlockedConv,
  bias?: Value,
): Value {
  const { kernel: side } = conv;
  const own = channelsOf(conv);
  const { from: channels, to: filters } = paddedChannels(conv);
  const cut = kernelBlocks(graph, kernel, conv, own.to, own.from);
  const blocked = graph.transpose(cut, [0, 2, 4, 3, 1]);
  const weights = graph.reshape(blocked, [filters, channels, side, side]);
  const biases = bias && padded(graph, bias, [own.to], [filters]);
  return convolve(graph, input, weights, conv, biases);
}

/**
 * Gradient of the input of a convolution of stride 1: the convolution of the output's gradient with the kernel rotated
 * by 180°. `conv` is the geometry of that convolution.
 */
function blockedConvBack(graph: Graph, outer: Value, kernel: Value, conv: BlockedConv): Value {
  const { kernel: side } = conv;
  const own = channelsOf(conv);
  const { from: filters, to: channels } = paddedChannels(conv);
  const cut = kernelBlocks(graph, kernel, conv, own.from, own.to);
  const blocked = graph.transpose(cut, [2, 0, 4, 1, 3]);
  const turn = Array.from({ length: side ** 2 }, (_, i) => side ** 2 - 1 - i);
  const turned = graph.gather(blocked, turn, 2);
  const weights = graph.reshape(turned, [channels, filters, side, side]);
  return convolve(graph, outer, weights, conv);
}

/** Convolution in blocks. weights: [filters / block, channels / block, side, side, block of channels, block of filters]. */
function convolve(
  graph: Graph,
  input: Value,
  weights: Value,
  conv: BlockedConv,
  bias?: Value,
): Value {
  const { batch, from, to, tiles, kernel, pad, stride } = conv;
  const [channels, rows, columns] = imageShape(from.shape, 'conv');
  const [filters, down, across] = imageShape(to.shape, 'conv');
  const op = (type: string, inputs: readonly Value[], attributes: Parameters<Graph['op']>[2]) =>
    graph.op(type, inputs, attributes, blockedDomain);
  const inRows = reordered(graph, input, from, undefined);
  const flat = graph.transpose(graph.reshape(inRows, [channels * rows * columns, batch]), [1, 0]);
  const images = graph.reshape(flat, [batch, channels, rows, columns]);
  const blocked = op('ReorderInput', [images], { channels_last: 0 });
  const product = op('Conv', [blocked, weights, ...(bias ? [bias] : [])], {
    kernel_shape: [kernel, kernel],
    pads: [pad, pad, ...endPads(conv)],
    strides: [stride, stride],
    dilations: [1, 1],
    group: 1,
  });
  const plain = op('ReorderOutput', [product], { channels: filters, channels_last: 0 });
  const last = graph.transpose(graph.reshape(plain, [batch, filters * down * across]), [1, 0]);
  const output = graph.reshape(last, [filters, down * across, batch]);
  return reordered(graph, output, { shape: to.shape, layout: undefined }, to.layout, tiles);
}

/** Reorders the pixels of a value to the layout `to`. tiles: sizes of the runs of pixels that are gathered at a time. */
function reordered(
  graph: Graph,
  value: Value,
  { shape, layout }: Pixels,
  to: PixelLayout,
  tiles?: readonly number[],
): Value {
  const moves = layoutChange(layout, to, trainingShape(shape)[1]!);
  if (!moves) return value;
  const sizes = tiles ?? [moves.length];
  return graph.joinTiles(
    inRuns(moves, sizes).map((run) => graph.gather(value, run, 1)),
    sizes,
  );
}
