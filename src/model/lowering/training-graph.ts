/** Training graph: forward pass, loss and every gradient of one step, in ordinary inference operators. */

import type { Normalization } from '../../idx/normalization.js';
import { Graph, type Value } from '../../onnx/graph.js';
import type { ConvolutionLowering } from '../convolution-lowering.js';
import type { Network } from '../network.js';
import { type Shape, sizeOf, trainingShape } from '../shape.js';
import { normalizedInput } from './inference-graph.js';
import type { PixelLayout } from './pixel-layout.js';
import { sequenceInference, sequenceTraining } from './sequence.js';

/** A dropout mask, an input of the graph: [...shape, batch] floats (pixels as one size, in `layout`) of 0 or 1 / (1 − rate). */
export interface MaskPort {
  readonly name: string;
  readonly shape: Shape;
  readonly rate: number;
  readonly layout: PixelLayout;
}

/**
 * A training graph and its masks. Inputs: `image` u8 [batch, rows, columns], `targets` f32 [batch, classes] (rows that sum to 1),
 * every parameter under its name, and `masks`.
 * Outputs: `losses` f32 [batch], `logits` f32 [batch, classes], `gradient:NAME` for every parameter that is not frozen
 * and `statistic:NAME` for every running statistic.
 */
export interface TrainingGraph {
  readonly graph: Graph;
  readonly masks: readonly MaskPort[];
}

/** Distillation loss: (1 − weight) · cross-entropy + weight · temperature² · KL(teacher ‖ student), both at the temperature (Hinton et al. 2015, https://arxiv.org/abs/1503.02531). */
export interface TeacherSpec {
  /** Divisor of the logits before softmax: the higher, the more the teacher's less probable classes count. */
  readonly temperature: number;
  readonly weight: number;
}

/** Options of a training graph. */
export interface StepOptions {
  readonly batch: number;
  readonly lossScale: number;
  /** Distillation; adds the input `teacher` f32 [batch, classes], its logits. */
  readonly teacher?: TeacherSpec | undefined;
  /** The engine's own lowering of convolutions, where it has one. */
  readonly convolution?: ConvolutionLowering | undefined;
}

/**
 * Lowers one training step of a micro-batch. The gradients are those of the sum of its losses divided by `lossScale`
 * (the number of images in the whole batch), so that the micro-batches' gradients add up to the gradient of the mean.
 */
export function trainingGraph(
  network: Network,
  normalization: Normalization,
  { batch, lossScale, teacher, convolution }: StepOptions,
): TrainingGraph {
  const graph = new Graph('step');
  const { rows, columns, classes } = network;
  const image = graph.input('image', 'uint8', [batch, rows, columns]);
  const targets = graph.input('targets', 'float', [batch, classes]);
  for (const { name, shape } of network.parameters) graph.input(name, 'float', shape);
  const masks: MaskPort[] = [];
  const gradients = new Map<string, Value>();
  const statistics = new Map<string, Value>();

  const pixels = rows * columns;
  const normalized = normalizedInput(graph, image, normalization, network);
  const turned = graph.transpose(graph.reshape(normalized, [batch, pixels]), [1, 0]);
  const { output, backward } = sequenceTraining(
    {
      graph,
      batch,
      convolution,
      needsInputGradient: false,
      parameter: (name) => name,
      gradient: (name, gradient) => gradients.set(name, gradient),
      statistic: (name, statistic) => statistics.set(name, statistic),
      mask: (name, shape, rate, layout) => {
        const port = { name: `mask:${name}`, shape, rate, layout };
        masks.push(port);
        return graph.input(port.name, 'float', [...trainingShape(shape), batch]);
      },
    },
    network.layers,
    graph.reshape(turned, [1, pixels, batch]),
  );

  const logits = graph.transpose(output, [1, 0]);
  const own = crossEntropy(graph, logits, targets);
  const { losses, error } = teacher
    ? distilled(graph, own, logits, graph.input('teacher', 'float', [batch, classes]), teacher)
    : own;
  const gradient = graph.op('Div', [error, graph.floats(lossScale)]);
  backward(graph.transpose(gradient, [1, 0]));
  graph.output('losses', losses, 'float', [batch]);
  graph.output('logits', logits, 'float', [batch, classes]);
  for (const { name, shape, spec } of network.parameters)
    if (!spec.frozen) graph.output(`gradient:${name}`, gradients.get(name)!, 'float', shape);
  for (const { name, shape } of network.statistics)
    graph.output(`statistic:${name}`, statistics.get(name)!, 'float', shape);
  return { graph, masks };
}

/** Cross-entropy of softmax against soft targets t, by sample; its gradient is p − t. */
function crossEntropy(graph: Graph, logits: Value, targets: Value): SampleLoss {
  const logProbabilities = graph.op('LogSoftmax', [logits], { axis: 1 });
  const weighted = graph.op('Mul', [logProbabilities, targets]);
  const losses = graph.op('Neg', [graph.sum(weighted, [1])]);
  const error = graph.op('Sub', [graph.op('Exp', [logProbabilities]), targets]);
  return { losses, error };
}

interface SampleLoss {
  /** [batch] */
  readonly losses: Value;
  /** Gradients with respect to the logits. [batch, classes] */
  readonly error: Value;
}

/** (1 − weight) · own + weight · T² · KL(q ‖ p), with p and q the softmax of the student's and the teacher's logits over T; that part's gradient is weight · T · (p − q). */
function distilled(
  graph: Graph,
  own: SampleLoss,
  logits: Value,
  teacher: Value,
  { temperature, weight }: TeacherSpec,
): SampleLoss {
  const logSoftmax = (value: Value) =>
    graph.op('LogSoftmax', [graph.op('Div', [value, graph.floats(temperature)])], { axis: 1 });
  const [student, wanted] = [logSoftmax(logits), logSoftmax(teacher)];
  const [p, q] = [graph.op('Exp', [student]), graph.op('Exp', [wanted])];
  const divergence = graph.sum(graph.op('Mul', [q, graph.op('Sub', [wanted, student])]), [1]);
  const blend = (mine: Value, other: Value, factor: number) =>
    graph.op('Add', [
      graph.op('Mul', [mine, graph.floats(1 - weight)]),
      graph.op('Mul', [other, graph.floats(weight * factor)]),
    ]);
  return {
    losses: blend(own.losses, divergence, temperature ** 2),
    error: blend(own.error, graph.op('Sub', [p, q]), temperature),
  };
}

/**
 * Validation graph: the network in inference with its weights as inputs, for evaluating the current weights.
 * Inputs: `image` u8 [n, rows, columns], every parameter and running statistic. Output: `logits` f32 [n, classes].
 */
export function validationGraph(network: Network, normalization: Normalization): Graph {
  const graph = new Graph('validation');
  const { rows, columns, classes } = network;
  const image = graph.input('image', 'uint8', ['n', rows, columns]);
  for (const { name, shape } of [...network.parameters, ...network.statistics])
    graph.input(name, 'float', shape);
  const input = normalizedInput(graph, image, normalization, network);
  const logits = sequenceInference({ graph, parameter: (name) => name }, network.layers, input);
  graph.output('logits', logits, 'float', ['n', classes]);
  return graph;
}

/** Number of values of a mask for a whole batch. */
export const maskSize = ({ shape }: MaskPort, batch: number): number => batch * sizeOf(shape);
