/** Sequences of layers: read, shaped, and lowered for inference and training. A network is one, a branch of a residual block too. */

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

/** Specification of a layer: its kind and options. */
export type LayerSpec = Readonly<Record<string, unknown>>;

/** Reader of one layer; `where` names it in messages. */
export type ReadLayer = (where: string, spec: LayerSpec) => Layer;

/** Reads a list of layers; `where` names the list in messages: `model.layers`. Throws an Error that names the layer at fault. */
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

/** Collects the parameters (or running statistics) of all layers, each under its layer's name: `conv1.kernel`. */
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

/** Lowers a sequence for inference: [n, ...input] → [n, ...output]. */
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

/** Lowers a sequence for training. Input and output have their pixels row by row. */
export function sequenceTraining(
  context: Omit<TrainingContext, 'inputLayout' | 'outputLayout' | 'outputTiles'>,
  layers: readonly ShapedLayer[],
  input: Value,
): TrainingNodes {
  const passes: TrainingNodes[] = [];
  let value = input;
  let layout: PixelLayout;
  let { needsInputGradient } = context;
  const moveTo = (to: PixelLayout, shape: Shape) => {
    const nodes = changeLayout(context, value, layout, to, shape, needsInputGradient);
    if (nodes) {
      passes.push(nodes);
      value = nodes.output;
    }
    layout = to;
  };
  const steps = trainingPass(layers);
  for (const [i, { name, layer, input: shape, output, training, layoutLayer }] of steps.entries()) {
    if (!layoutLayer.layout) moveTo(layoutLayer.preferredLayout?.(shape), shape);
    const outputLayout =
      layoutLayer.layout === 'preserved' ? layout : preferredLayoutFrom(steps, i + 1);
    const nodes = training(
      {
        ...context,
        needsInputGradient,
        inputLayout: layout,
        outputLayout,
        outputTiles:
          layoutLayer.layout === 'preferred' ? preferredTilesFrom(steps, i + 1) : undefined,
        parameter: (own) => context.parameter(`${name}.${own}`),
        gradient: (own, gradient) => context.gradient(`${name}.${own}`, gradient),
        statistic: (own, statistic) => context.statistic(`${name}.${own}`, statistic),
        mask: (own, ...rest) => context.mask(own === '' ? name : `${name}.${own}`, ...rest),
      },
      value,
      shape,
    );
    passes.push(nodes);
    value = nodes.output;
    layout = layoutLayer.layout && output.length > 1 ? outputLayout : undefined;
    needsInputGradient ||= Object.values(layer.parameters(shape)).some(({ frozen }) => !frozen);
  }
  const last = layers.at(-1);
  if (last && last.output.length > 1) moveTo(undefined, last.output);
  return {
    output: value,
    backward: (outer) =>
      passes
        .toReversed()
        .reduce<Value | undefined>(
          (gradient, nodes) => gradient && nodes.backward(gradient),
          outer,
        ),
  };
}

/** The layout preferred by the steps from `start` on: that of the first step that does not preserve its input's. */
function preferredLayoutFrom(steps: readonly TrainingStep[], start: number): PixelLayout {
  const { layoutLayer, input } = steps[start] ?? {};
  if (!layoutLayer || !input || input.length === 1) return undefined;
  return layoutLayer.layout === 'preserved'
    ? preferredLayoutFrom(steps, start + 1)
    : layoutLayer.preferredLayout?.(input);
}

/** The tiles preferred by the steps from `start` on: those of the first step that has any, if all before it work tile by tile. */
function preferredTilesFrom(steps: readonly TrainingStep[], start: number): TrainingStep['tiles'] {
  const step = steps[start];
  return step?.tiles ?? (step?.layer.tilewise ? preferredTilesFrom(steps, start + 1) : undefined);
}

/** Changes the layout of pixels, where the two differ; the gradient is changed back. */
function changeLayout(
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
