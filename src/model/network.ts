/** Network: a model spec shaped for its input, with a slot for each parameter and running statistic in two flat arrays. */

import { Generator } from '../random/generator.js';
import { deriveKey } from '../random/key.js';
import type {
  ImageSample,
  Layer,
  ParameterSpec,
  RunningStatisticSpec,
  ShapedLayer,
} from './layer.js';
import { readLayer } from './layer-kinds.js';
import { gatherSpecs, type LayerSpec, readSequence, shapeSequence } from './lowering/sequence.js';
import { sizeOf } from './shape.js';

/** A model as data: `model` of a recipe, and `spec` of a model file. */
export interface ModelSpec {
  /** Each has a `kind` and its options; see src/model/layers/. The output of the last is [classes]. */
  readonly layers: readonly LayerSpec[];
}

/** Slot of a parameter or of a running statistic, for what concerns both. */
export type WeightSlot = Slot<Pick<ParameterSpec, 'shape' | 'stored'>>;

/** Place of a parameter's or running statistic's values in their flat array. */
export interface Slot<S = ParameterSpec> {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly length: number;
  readonly spec: S;
}

/** Layers with names and shapes, and the slots of their weights. */
export interface Network {
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  readonly layers: readonly ShapedLayer[];
  readonly parameters: readonly Slot[];
  readonly statistics: readonly Slot<RunningStatisticSpec>[];
  /** Lengths of the flat arrays of parameters and of running statistics. */
  readonly parameterCount: number;
  readonly statisticCount: number;
}

/**
 * Shapes a spec for images of rows × columns and a number of classes.
 * `"units": "classes"` in a dense layer stands for that number. Throws an Error that names the layer at fault.
 */
export function shapeNetwork(
  spec: ModelSpec,
  size: { readonly rows: number; readonly columns: number; readonly classes: number },
): Network {
  const where = 'model.layers';
  const read = (at: string, layer: LayerSpec): Layer =>
    readLayer(at, layer.units === 'classes' ? { ...layer, units: size.classes } : layer, read);
  const named = readSequence(where, spec?.layers, read);
  const layers = shapeSequence(where, named, [1, size.rows, size.columns]);
  const shape = layers.at(-1)?.output ?? [];
  if (shape.length !== 1 || shape[0] !== size.classes)
    throw new Error(
      `the model ends in ${shape.join(' × ')} values; one for each of ${size.classes} classes was expected (a dense layer with "units": "classes")`,
    );
  const parameters = slots(gatherSpecs(layers, (layer, input) => layer.parameters(input)));
  const statistics = slots(gatherSpecs(layers, (layer, input) => layer.statistics?.(input)));
  return {
    ...size,
    layers,
    parameters,
    statistics,
    parameterCount: total(parameters),
    statisticCount: total(statistics),
  };
}

/**
 * Initial values of all parameters. [parameterCount] Each parameter has a generator of its own, keyed by its name.
 * Whitening filters are computed from `images`; throws an Error where there are none.
 */
export function initialParameters(
  network: Network,
  seed: number,
  images: ImageSample = noImages,
): Float32Array {
  const values = new Float32Array(network.parameterCount);
  for (const { name, offset, length, spec } of network.parameters)
    spec.initial(
      values.subarray(offset, offset + length),
      new Generator(deriveKey(seed, 'fmnist-train', 'initial', name)),
      images,
    );
  return values;
}

function noImages(): never {
  throw new Error('there are no images to make the first weights for');
}

/** Initial values of all running statistics. [statisticCount] */
export function initialStatistics(network: Network): Float32Array {
  const values = new Float32Array(network.statisticCount);
  for (const { offset, length, spec } of network.statistics)
    values.fill(spec.initial, offset, offset + length);
  return values;
}

function slots<S extends { readonly shape: readonly number[] }>(
  specs: Readonly<Record<string, S>>,
): Slot<S>[] {
  let offset = 0;
  return Object.entries(specs).map(([name, spec]) => {
    const slot = { name, shape: spec.shape, offset, length: sizeOf(spec.shape), spec };
    offset += slot.length;
    return slot;
  });
}

const total = (list: readonly Slot<unknown>[]) => list.reduce((sum, slot) => sum + slot.length, 0);
