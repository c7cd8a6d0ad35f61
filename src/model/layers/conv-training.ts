/**
 * Convolution in training, by im2col: the input's shifted copies, one for each kernel position (one Gather of runs of n
 * values), as a matrix of channels · positions rows, times the kernel: one large product. The same matrix gives the
 * kernel's gradient. ONNX Runtime's Conv copies too, but image by image, and cannot share the copies. An engine with a
 * faster lowering brings it along (see convolution-lowering.ts); the copies are then made for the kernel's gradient
 * alone, and only where shifted products do not apply (see shifted-products.ts).
 *
 * Winograd's F(2 × 2, 3 × 3) multiplies 2.25 times less often and was no faster here: products as shallow as the number
 * of channels run at two thirds of the rate of these, and its four changes of basis cost what the products save.
 */

import type { Graph, Value } from '../../onnx/graph.js';
import type { ConvGeometry, ConvolutionLowering, Pixels } from '../convolution-lowering.js';
import type { TrainingContext, TrainingNodes } from '../layer.js';
import { inRuns } from '../lowering/pixel-layout.js';
import { sumTiles } from '../lowering/window-tiles.js';
import { imageShape, type Shape, trainingShape } from '../shape.js';
import { backwardPlaces, forwardPlaces, pixelsOf } from './conv-places.js';
import { shiftedProducts, shiftsByRows } from './shifted-products.js';

/** Options of a convolution. */
export interface ConvOptions {
  readonly filters: number;
  /** Side of the square kernel. */
  readonly kernel: number;
  /** Zeros added on each side. */
  readonly pad: number;
  /** Pixels from one output to the next. */
  readonly stride: number;
  readonly bias: boolean;
  /** The kernel is not trained. */
  readonly frozen: boolean;
}

/** Lowers a convolution for training: [channels, pixels, n] → [filters, output pixels, n]. */
export function convTraining(
  context: TrainingContext,
  input: Value,
  shape: Shape,
  outputShape: Shape,
  options: ConvOptions,
): TrainingNodes {
  const { graph, batch, parameter, gradient, needsInputGradient } = context;
  const { filters, kernel, bias, frozen } = options;
  const [channels] = imageShape(shape, 'conv');
  const inputs = channels * kernel * kernel;
  const places = trainingShape(outputShape)[1]!;
  const from = { shape, layout: context.inputLayout };
  const to = { shape: outputShape, layout: context.outputLayout };
  const { convolution, outputTiles: tiles } = context;
  const { pad, stride } = options;
  const forth = { batch, from, to, tiles, kernel, pad, stride };
  const back = { batch, from: to, to: from, kernel, pad: kernel - 1 - pad, stride };
  const weights = graph.reshape(parameter('kernel'), [filters, inputs]);
  const gathered = borderedGather(graph, input, batch, shape);
  const copied = (pixels: readonly number[]) =>
    graph.reshape(gathered(forwardPlaces(from, pixels, to, options)), [
      inputs,
      pixels.length * batch,
    ]);
  /** Products with shared copies: these serve both the output and the kernel's gradient. */
  const asProduct = (): Lowered => {
    const sizes = tiles ?? [places];
    const copies = inRuns(pixelsOf(to), sizes).map(copied);
    const biases = bias ? [graph.reshape(parameter('bias'), [filters, 1])] : [];
    const outputs = copies.map((own, i) => {
      const output = graph.op('Gemm', [weights, own, ...biases]);
      return graph.reshape(output, [filters, sizes[i]!, batch]);
    });
    return {
      output: graph.joinTiles(outputs, sizes),
      sizes,
      kernelGradient: (rows) => {
        const ofTiles = rows.map((own, i) => graph.op('Gemm', [own, copies[i]!], { transB: 1 }));
        return graph.reshape(sumTiles(graph, ofTiles), [filters, channels, kernel, kernel]);
      },
    };
  };
  /**
   * The engine's lowering; copies are made late, for the kernel's gradient alone. The runtime repacks the second factor:
   * with the smaller one there the product takes two thirds of the time. (In the shared products too, which would save
   * a thirtieth of `default` and change its published models in the last digits.)
   */
  const byEngine = (lowering: ConvolutionLowering, conv: ConvGeometry): Lowered => ({
    output: lowering.forward(
      graph,
      input,
      parameter('kernel'),
      conv,
      bias ? parameter('bias') : undefined,
    ),
    sizes: [places],
    kernelGradient: ([rows = '']) => {
      if (shiftsByRows(conv)) return shiftedProducts(graph, input, rows, conv);
      const turned = graph.op('Gemm', [copied(pixelsOf(to)), rows], { transB: 1 });
      const byFilter = graph.reshape(turned, [channels, kernel, kernel, filters]);
      return graph.transpose(byFilter, [3, 0, 1, 2]);
    },
  });
  const lowered = convolution?.fits(forth) ? byEngine(convolution, forth) : asProduct();
  const { output, sizes, kernelGradient } = lowered;
  return {
    output,
    backward: (outer) => {
      const rows = graph
        .tiles(outer, sizes)
        .map((own, i) => graph.reshape(own, [filters, sizes[i]! * batch]));
      if (bias) {
        const sums = rows.map((own) => graph.sum(own, [1]));
        gradient('bias', sumTiles(graph, sums));
      }
      if (!frozen) gradient('kernel', kernelGradient(rows));
      if (!needsInputGradient) return undefined;
      return stride === 1 && convolution?.fits(back)
        ? convolution.inputGradient(graph, outer, parameter('kernel'), back)
        : inputGradient(context, outer, weights, from, to, options);
    },
  };
}

/** A lowering of the output and of the kernel's gradient. */
interface Lowered {
  readonly output: Value;
  /** Sizes of the tiles in which it takes the output's gradient. */
  readonly sizes: readonly number[];
  /** Kernel's gradient from the output's, by tiles of [filters, size · n]. */
  readonly kernelGradient: (rows: readonly Value[]) => Value;
}

/** Input gradient by col2im: one product gives each output gradient's contribution at each kernel position, and each input pixel gathers and sums its own. */
function inputGradient(
  { graph, batch }: TrainingContext,
  outer: Value,
  weights: Value,
  from: Pixels,
  to: Pixels,
  options: ConvOptions,
): Value {
  const { filters, kernel } = options;
  const [channels] = imageShape(from.shape, 'conv');
  const area = kernel * kernel;
  const places = trainingShape(to.shape)[1]!;
  const pixels = trainingShape(from.shape)[1]!;
  // One more place, of zeros, for padding: a product of zeros is cheaper than a copy of the whole.
  const zeros = graph.zeros([filters, 1, batch]);
  const bordered = graph.op('Concat', [outer, zeros], { axis: 1 });
  const contributions = graph.op(
    'Gemm',
    [weights, graph.reshape(bordered, [filters, (places + 1) * batch])],
    { transA: 1 },
  );
  const indices = backwardPlaces(from, to, options).map(
    (place, i) => place + Math.floor(i / pixels) * (places + 1),
  );
  const blocks = graph.reshape(contributions, [channels, area * (places + 1), batch]);
  const gathered = graph.gather(blocks, indices, 1);
  const byPosition = graph.reshape(gathered, [channels, area, pixels * batch]);
  return graph.reshape(graph.sum(byPosition, [1]), [channels, pixels, batch]);
}

/** Gathers pixels of [channels, pixels, n]; the index one past the last stands for a zero. */
function borderedGather(
  graph: Graph,
  value: Value,
  batch: number,
  shape: Shape,
): (indices: readonly number[]) => Value {
  const [channels = 0, pixels = 0] = trainingShape(shape);
  let bordered: Value | undefined;
  return (indices) => {
    if (indices.length === pixels && indices.every((place, i) => place === i)) return value;
    if (!indices.includes(pixels)) return graph.gather(value, indices, 1);
    const zeros = graph.zeros([channels, 1, batch]);
    bordered ??= graph.op('Concat', [value, zeros], { axis: 1 });
    return graph.gather(bordered, indices, 1);
  };
}
