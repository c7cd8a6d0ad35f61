/** Two-dimensional convolution (cross-correlation, as everywhere in this field). */

import type { Tensor, Tensor4D } from '@tensorflow/tfjs';
import type { Graph } from '../../onnx/graph.js';
import type { KerasContext, KerasValue, TensorFlowContext } from '../contexts.js';
import type { Layer, ParameterSpec } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';
import { imageShape, type Shape } from '../shape.js';
import { type ConvOptions, convTraining } from './conv-training.js';
import { constant, dirac, glorotUniform } from './initial.js';
import { whitening } from './whitening.js';

/**
 * Two-dimensional convolution: [channels, rows, columns] → [filters, ⌊(rows + 2 pad − kernel) / stride⌋ + 1, …].
 * Options: filters, kernel (side, default 3), padding (same or valid), stride (default 1), bias (default true), initial
 * (glorot, dirac or whitening), twins (sign pairs: half of the whitening filters are the negatives of the others), frozen
 * (the kernel only; default true for whitening filters). Parameters: kernel [filters, channels, side, side], bias [filters].
 */
export function conv(options: LayerOptions): Layer {
  const filters = options.count('filters');
  const kernel = options.count('kernel', 3);
  const padding = options.choice('padding', ['same', 'valid'], 'same');
  if (padding === 'same' && kernel % 2 === 0)
    throw new Error(`${options.path}: padding 'same' needs an odd kernel; it is ${kernel}`);
  const pad = padding === 'same' ? (kernel - 1) / 2 : 0;
  const stride = options.count('stride', 1);
  const bias = options.flag('bias', true);
  const initial = options.choice('initial', ['glorot', 'dirac', 'whitening'], 'glorot');
  const isWhitening = initial === 'whitening';
  const signPairs = options.flag('twins', false);
  if (isWhitening) checkFilters(options.path, filters, kernel, signPairs);
  else if (signPairs) throw new Error(`${options.path}: 'twins' is for whitening filters only`);
  const frozen = options.flag('frozen', isWhitening);
  const own: ConvOptions = { filters, kernel, pad, stride, bias, frozen };
  const initialKernel = (channels: number): ParameterSpec['initial'] => {
    const area = kernel * kernel;
    if (isWhitening) return whitening(kernel, signPairs);
    const random = glorotUniform(channels * area, filters * area);
    return initial === 'dirac' ? dirac(channels, kernel, random) : random;
  };
  const outputShape = (input: Shape, cropped?: readonly number[]): Shape => {
    const [, rows, columns] = imageShape(input, 'conv');
    const [down, across] = [rows, columns].map(
      (n) => Math.floor((n + 2 * pad - kernel) / stride) + 1,
    );
    if (!(down && down > 0 && across && across > 0))
      throw new Error(
        `a ${kernel} × ${kernel} convolution does not fit ${rows} × ${columns} pixels`,
      );
    return [filters, ...(cropped ?? [down, across])];
  };
  /** `cropped`: the first rows and columns of the output, where not all are computed. */
  const layer = (cropped?: readonly [rows: number, columns: number]): Layer => ({
    kind: 'conv',
    mustBeFirst: isWhitening,
    // A 1 × 1 convolution is elementwise over pixels.
    ...(kernel === 1 && stride === 1
      ? { layout: 'preserved', elementwise: 'always' }
      : { layout: 'preferred', cropOutput: (rows, columns) => layer([rows, columns]) }),
    outputShape: (input) => outputShape(input, cropped),
    parameters: (input) => {
      const [channels] = imageShape(input, 'conv');
      const stored = storedChannels(channels, own);
      const kernelSpec = {
        shape: [filters, channels, kernel, kernel],
        ...(stored === channels ? {} : { stored: [filters, stored, kernel, kernel] }),
        initial: initialKernel(channels),
        decay: true,
        frozen,
      };
      return bias
        ? { kernel: kernelSpec, bias: { shape: [filters], initial: constant(0) } }
        : { kernel: kernelSpec };
    },
    inference: ({ graph, parameter, values }, input, shape) => {
      const [channels] = imageShape(shape, 'conv');
      // In a finished model the kernel is as the file holds it.
      const more = values ? storedChannels(channels, own) - channels : 0;
      const padded = more > 0 ? withRepeated(graph, input, more) : input;
      return graph.op('Conv', [padded, parameter('kernel'), ...(bias ? [parameter('bias')] : [])], {
        pads: [pad, pad, ...endPads(own, shape, cropped)],
        strides: [stride, stride],
      });
    },
    training: (context, input, shape) =>
      convTraining(context, input, shape, outputShape(shape, cropped), own),
    keras: (context, input, shape) => keras(context, input, imageShape(shape, 'conv')[0], own),
    tensorflow: (context, input) => tensorflow(context, input as Tensor4D, own),
  });
  return layer();
}

/**
 * Channels of the kernel in a model file. ONNX Runtime's WebGPU provider (1.30) computes convolutions wrongly where the
 * input channels are a multiple of 3 and not of 4 and the filters a multiple of 4, but for kernels of 1 × 1: such a layer
 * is given filters with more channels, all zeros, whose input may be anything: they change no result.
 */
function storedChannels(channels: number, { filters, kernel }: ConvOptions): number {
  const isWrong =
    kernel > 1 && channels > 3 && channels % 3 === 0 && channels % 4 !== 0 && filters % 4 === 0;
  if (!isWrong) return channels;
  return (channels + 1) % 4 === 0 ? channels + 2 : channels + 1;
}

/** Puts the first `more` channels behind the others once again: zeros of a Pad would do, but candle and ncnn know no Pad there. */
function withRepeated(graph: Graph, input: string, more: number): string {
  const [from, to, axis] = [[0], [more], [1]].map((one) => graph.integers(one));
  return graph.op('Concat', [input, graph.op('Slice', [input, from!, to!, axis!])], { axis: 1 });
}

/** Zeros below and to the right for a cropped output. (Input is never cropped, so that there may be more output pixels.) */
function endPads(
  { kernel, pad, stride }: ConvOptions,
  shape: Shape,
  cropped?: readonly number[],
): readonly number[] {
  if (!cropped) return [pad, pad];
  const [, ...sizes] = imageShape(shape, 'conv');
  return sizes.map((size, axis) => {
    const last = (cropped[axis]! - 1) * stride + kernel - 1 - pad;
    return Math.max(0, last - (size - 1));
  });
}

/** Refuses more whitening filters than a patch of one channel has pixels. */
function checkFilters(where: string, filters: number, side: number, signPairs: boolean): void {
  const most = side * side * (signPairs ? 2 : 1);
  if (filters > most || (signPairs && filters % 2 === 1))
    throw new Error(
      `${where}: 'filters' is ${filters}; ${signPairs ? 'an even number' : 'a number'} up to ${most} was expected of whitening filters of ${side} × ${side}${signPairs ? ' with their twins' : ''}`,
    );
}

/** Convolution in TensorFlow.js. Its padding "same" is asymmetric for strides other than 1, so zeros are padded beforehand. */
function tensorflow(
  { tf, parameter }: TensorFlowContext,
  input: Tensor4D,
  { pad, stride, bias }: ConvOptions,
): Tensor {
  const kernel = tf.transpose(parameter('kernel'), [2, 3, 1, 0]) as Tensor4D;
  const border: [number, number] = [pad, pad];
  const isSymmetric = stride === 1 || pad === 0;
  const bordered = isSymmetric ? input : tf.pad4d(input, [[0, 0], border, border, [0, 0]]);
  const output = tf.conv2d(bordered, kernel, stride, isSymmetric && pad > 0 ? 'same' : 'valid');
  return bias ? tf.add(output, parameter('bias')) : output;
}

/** Convolution in Keras, whose padding "same" is asymmetric for strides other than 1, too. */
function keras(
  { add, weight }: KerasContext,
  input: KerasValue,
  channels: number,
  { filters, kernel: side, pad, stride, bias, frozen }: ConvOptions,
): KerasValue {
  const data = { data_format: 'channels_last' };
  const isSymmetric = stride === 1 || pad === 0;
  const padding = [
    [pad, pad],
    [pad, pad],
  ];
  const bordered = isSymmetric
    ? input
    : add('ZeroPadding2D', [input], { padding, ...data }, { help: 'pad' });
  const shape = [filters, channels, side, side];
  const kernel = weight('kernel', 'kernel', shape, { axes: [2, 3, 1, 0] });
  const config = {
    filters,
    kernel_size: [side, side],
    strides: [stride, stride],
    padding: isSymmetric && pad > 0 ? 'same' : 'valid',
    dilation_rate: [1, 1],
    activation: 'linear',
    use_bias: bias,
    // Keras freezes layers, not weights.
    trainable: bias || !frozen,
    ...data,
  };
  const weights = bias ? [kernel, weight('bias', 'bias', [filters])] : [kernel];
  return add('Conv2D', [bordered], config, { weights });
}
