/** Convolution lowering: the interface by which an engine brings a faster way of convolving into the training graph. */

import type { Graph, Value } from '../onnx/graph.js';
import type { PixelLayout } from './lowering/pixel-layout.js';
import { imageShape, type Shape } from './shape.js';

/** Pixels of a training value: the shape of a sample, and the layout of its pixels. */
export interface Pixels {
  readonly shape: Shape;
  readonly layout: PixelLayout;
}

/** Geometry of one convolution of [channels, pixels, n] values with a square kernel. */
export interface ConvGeometry {
  /** Samples. */
  readonly batch: number;
  readonly from: Pixels;
  readonly to: Pixels;
  /** Sizes of the tiles of the output, along the pixels; absent, one whole. */
  readonly tiles?: readonly number[] | undefined;
  /** Side of the square kernel. */
  readonly kernel: number;
  /** Zeros above and to the left. */
  readonly pad: number;
  readonly stride: number;
}

/** An engine's own lowering of convolutions; where it does not fit, a convolution is lowered to matrix products. */
export interface ConvolutionLowering {
  /** True if the convolution can be lowered so, and is then faster. */
  fits(conv: ConvGeometry): boolean;
  /** input: [channels, pixels, n] of `from`; kernel: [filters, channels, side, side]; bias: [filters] → [filters, pixels, n] of `to`. */
  forward(graph: Graph, input: Value, kernel: Value, conv: ConvGeometry, bias?: Value): Value;
  /**
   * Gradient of the input of a convolution of stride 1, from that of its output. `conv` is the way back: `from` is the
   * output's geometry. outer: [filters, pixels, n] → [channels, pixels, n].
   */
  inputGradient(graph: Graph, outer: Value, kernel: Value, conv: ConvGeometry): Value;
}

/** Zeros below and to the right, for as many pixels as there are of output; below 0 where more of the input would have to go than a stride leaves out by itself. */
export function endPads({ from, to, kernel, pad, stride }: ConvGeometry): number[] {
  const [, ...sizes] = imageShape(from.shape, 'conv');
  const [, ...counts] = imageShape(to.shape, 'conv');
  return sizes.map((size, axis) => {
    const end = (counts[axis]! - 1) * stride + kernel - pad - size;
    return end < 0 && end > -stride ? 0 : end;
  });
}
