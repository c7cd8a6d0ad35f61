/** Layers one after another: read, shaped, and lowered forwards and backwards. A network is one; a residual block holds some. */

import { isObject } from '../../core/json.js';
import type { Value } from '../../onnx/graph.js';
import type {
  InferenceContext,
  Layer,
  NamedLayer,
  ParameterSpec,
  RunningStatisticSpec,
  ShapedLayer,
  TrainingContext,
  TrainingNodes,
} from '../layer.js';
import { type Shape, trainingShape } from '../shape.js';
import { cropUnreadPixels } from './crop-unread-pixels.js';
import { inferencePass } from './inference-pass.js';
import { layoutChange, type PixelLayout } from './pixel-layout.js';
import { type TrainingStep, trainingPass } from './training-pass.js';

/** A layer as a spec has it: its kind, and options. */
export type LayerSpec = Readonly<Record<string, unknown>>;

/** Reads one layer; `where` names it in messages. */
export type ReadLayer = (where: string, spec: LayerSpec) => Layer;

/** Reads a list of layers; `where` names the list in messages: `model.layers`. */
export function readSequence(where: string, specs: unknown, read: ReadLayer): NamedLayer[] {
  if (!Array.isArray(specs) || specs.length === 0)
    throw new Error(`${where} is not a list of at least one layer`);
  const counts = new Map<string, number>();
  // Array.from visits holes too.
  return Array.from(specs, (spec: unknown, i) => {
    if (!isObject(spec))
      throw new Error(`${where}.${i} is ${JSON.stringify(spec)}; a JSON object was expected`);
    const layer = read(`${where}.${i}`, spec as LayerSpec);
    if (layer.mustBeFirst && specs.slice(0, i).some((before) => before?.kind !== 'scale'))
      throw new Error(
        `${where}.${i} (${layer.kind}): its initial weights are made for the images; it was expected to be the first of all layers, but for scales`,
      );
    const ordinal = (counts.get(layer.kind) ?? 0) + 1;
    counts.set(layer.kind, ordinal);
    return { name: `${layer.kind}${ordinal}`, layer };
  });
}

/** Gives each layer its input and output shape. Throws an Error that names the layer where one does not fit. */
export function shapeSequence(
  where: string,
  layers: readonly NamedLayer[],
  input: Shape,
): ShapedLayer[] {
  let shape = input;
  return layers.map(({ name, layer }, i) => {
    const own = shape;
    try {
      shape = layer.outputShape(own);
    } catch (error) {
      throw new Error(`${where}.${i}: ${(error as Error).message}`, { cause: error });
    }
    return { name, layer, input: own, output: shape };
  });
}

/** The parameters (or statistics) of all layers, each under its layer's name. */
export function gatherSpecs<S extends ParameterSpec | RunningStatisticSpec>(
  layers: readonly ShapedLayer[],
  of: (layer: Layer, input: Shape) => Readonly<Record<string, S>> | undefined,
): Record<string, S> {
  return Object.fromEntries(
    layers.flatMap(({ name, layer, input }) =>
      Object.entries(of(layer, input) ?? {}).map(([own, spec]) => [`${name}.${own}`, spec]),
    ),
  );
}

export function sequenceInference(
  { graph, parameter, values }: InferenceContext,
  layers: readonly ShapedLayer[],
  input: Value,
): Value {
  let value = input;
  const ordered = cropUnreadPixels(inferencePass(layers, values), 'inference');
  for (const { name, layer, input: shape } of ordered) {
    const own: InferenceContext = {
      graph,
      parameter: (parameterName) => parameter(`${name}.${parameterName}`),
      ...(values ? { values: (parameterName) => values(`${name}.${parameterName}`) } : {}),
    };
    value = layer.inference(own, value, shape);
  }
  return value;
}

/** Lowers layers for training. The input's pixels stand row by row, and so do the output's. */
export function sequenceTraining(
  context: Omit<TrainingContext, 'inputLayout' | 'outputLayout' | 'outputTiles'>,
  layers: readonly ShapedLayer[],
  input: Value,
): TrainingNodes {
  const tape: TrainingNodes[] = [];
  let value = input;
  let order: PixelLayout;
  let { needsInputGradient } = context;
  const arrange = (to: PixelLayout, shape: Shape) => {
    const nodes = reorder(context, value, order, to, shape, needsInputGradient);
    if (nodes) {
      tape.push(nodes);
      value = nodes.output;
    }
    order = to;
  };
  const steps = trainingPass(layers);
  for (const [
    i,
    { name, layer, input: shape, output, training, layoutLayer: arranged },
  ] of steps.entries()) {
    if (!arranged.layout) arrange(arranged.preferredLayout?.(shape), shape);
    const outputOrder = arranged.layout === 'preserved' ? order : orderWanted(steps, i + 1);
    const nodes = training(
      {
        ...context,
        needsInputGradient,
        inputLayout: order,
        outputLayout: outputOrder,
        outputTiles: arranged.layout === 'preferred' ? piecesWanted(steps, i + 1) : undefined,
        parameter: (own) => context.parameter(`${name}.${own}`),
        gradient: (own, gradient) => context.gradient(`${name}.${own}`, gradient),
        statistic: (own, statistic) => context.statistic(`${name}.${own}`, statistic),
        mask: (own, ...rest) => context.mask(own === '' ? name : `${name}.${own}`, ...rest),
      },
      value,
      shape,
    );
    tape.push(nodes);
    value = nodes.output;
    order = arranged.layout && output.length > 1 ? outputOrder : undefined;
    needsInputGradient ||= Object.values(layer.parameters(shape)).some(({ frozen }) => !frozen);
  }
  const last = layers.at(-1);
  if (last && last.output.length > 1) arrange(undefined, last.output);
  return {
    output: value,
    backward: (outer) =>
      tape
        .toReversed()
        .reduce<Value | undefined>(
          (gradient, nodes) => gradient && nodes.backward(gradient),
          outer,
        ),
  };
}

/** The order that the steps from `start` on would like best: that of the first one that cares. */
function orderWanted(steps: readonly TrainingStep[], start: number): PixelLayout {
  const { layoutLayer: arranged, input } = steps[start] ?? {};
  if (!arranged || !input || input.length === 1) return undefined;
  return arranged.layout === 'preserved'
    ? orderWanted(steps, start + 1)
    : arranged.preferredLayout?.(input);
}

/** The pieces in which the steps from `start` on would like a value best, if all of them up to the one that cares work piece by piece. */
function piecesWanted(steps: readonly TrainingStep[], start: number): TrainingStep['tiles'] {
  const step = steps[start];
  return step?.tiles ?? (step?.layer.tilewise ? piecesWanted(steps, start + 1) : undefined);
}

/** Brings pixels into another order, where they are not; the gradient goes the way back. */
function reorder(
  { graph }: Pick<TrainingContext, 'graph'>,
  value: Value,
  from: PixelLayout,
  to: PixelLayout,
  shape: Shape,
  needsInputGradient: boolean,
): TrainingNodes | undefined {
  const pixels = trainingShape(shape)[1] ?? 1;
  const moves = layoutChange(from, to, pixels);
  const back = layoutChange(to, from, pixels);
  if (!moves || !back) return undefined;
  return {
    output: graph.gather(value, moves, 1),
    backward: (outer) => (needsInputGradient ? graph.gather(outer, back, 1) : undefined),
  };
}
