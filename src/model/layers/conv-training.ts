/**
 * Convolution in training: the input's shifted copies, one for each kernel position (one Gather of runs of n values),
 * as a matrix of channels · positions rows, times the kernel: one large product. The same matrix gives the kernel's
 * gradient. ONNX Runtime's Conv copies too, but image by image, and cannot share the copies; an engine
 * that has a faster way brings it along (see convolution-lowering.ts). The copies are then made
 * for the kernel's gradient alone, and only where it cannot do without (see moved-products.ts).
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

export interface ConvOptions {
  readonly filters: number;
  /** Side of the square kernel. */
  readonly kernel: number;
  /** Zeros added on each side. */
  readonly pad: number;
  /** Pixels from one output to the next. */
  readonly stride: number;
  readonly bias: boolean;
  /** Training leaves the kernel as it begins. */
  readonly frozen: boolean;
}

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
  const from = { shape, order: context.inputLayout };
  const to = { shape: outputShape, order: context.outputLayout };
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
  /** The copies serve the output and the kernel's gradient both. */
  const asProduct = (): Way => {
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
        const ofPieces = rows.map((own, i) => graph.op('Gemm', [own, copies[i]!], { transB: 1 }));
        return graph.reshape(sumTiles(graph, ofPieces), [filters, channels, kernel, kernel]);
      },
    };
  };
  /**
   * They are made late, for the kernel's gradient alone. The runtime lays the second factor out anew: with the smaller
   * one there the product takes two thirds of the time. (Above it would too, and save a thirtieth of `default`, whose
   * published models it would change in the last digits.)
   */
  const byEngine = (lowering: ConvolutionLowering, conv: ConvGeometry): Way => ({
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
  const way = convolution?.fits(forth) ? byEngine(convolution, forth) : asProduct();
  const { output, sizes, kernelGradient } = way;
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

interface Way {
  readonly output: Value;
  /** Of the pieces in which it wants the output's gradient. */
  readonly sizes: readonly number[];
  /** Made of these, [filters, size · n] each. */
  readonly kernelGradient: (rows: readonly Value[]) => Value;
}

/** What each output gradient sends to each kernel position, in one product; then every input pixel gathers and adds what it is sent. */
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
  // One place more, of zeros, for what would come from outside: a product of zeros is cheaper than a copy of it all.
  const zeros = graph.zeros([filters, 1, batch]);
  const bordered = graph.op('Concat', [outer, zeros], { axis: 1 });
  const sent = graph.op(
    'Gemm',
    [weights, graph.reshape(bordered, [filters, (places + 1) * batch])],
    { transA: 1 },
  );
  const indices = backwardPlaces(from, to, options).map(
    (place, i) => place + Math.floor(i / pixels) * (places + 1),
  );
  const blocks = graph.reshape(sent, [channels, area * (places + 1), batch]);
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
