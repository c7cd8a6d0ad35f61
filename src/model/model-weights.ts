/** Weights of a network: flat arrays, by name, and as a model file stores them. */

import { OperationalError } from '../core/errors.js';
import type { OnnxWeights } from '../onnx/decode.js';
import type { ModelWeights } from './model-file.js';
import type { Network, Slot } from './network.js';

/** The values of each slot of a network, put into its flat arrays. */
export function flatWeights(
  network: Network,
  valuesOf: (slot: Slot<unknown>) => Float32Array,
): ModelWeights {
  const flat = (slots: readonly Slot<unknown>[], length: number) => {
    const values = new Float32Array(length);
    for (const slot of slots) values.set(valuesOf(slot), slot.offset);
    return values;
  };
  return {
    parameters: flat(network.parameters, network.parameterCount),
    statistics: flat(network.statistics, network.statisticCount),
  };
}

/** The way back: the values of each parameter and statistic by name, as views of the flat arrays. */
export function weightsByName(
  network: Network,
  { parameters, statistics }: ModelWeights,
): Map<string, Float32Array> {
  const of = (values: Float32Array) => (slot: Slot<unknown>) =>
    [slot.name, values.subarray(slot.offset, slot.offset + slot.length)] as const;
  return new Map([
    ...network.parameters.map(of(parameters)),
    ...network.statistics.map(of(statistics)),
  ]);
}

/** Weights of a slot in a model file. Throws OperationalError where they are missing or of another shape. */
export function storedWeights(
  weights: ReadonlyMap<string, OnnxWeights>,
  { name, shape }: Slot<unknown>,
  source: string,
): Float32Array {
  const found = weights.get(name);
  if (found?.shape.join() === shape.join()) return found.values;
  const what = found ? `are ${found.shape.join(' × ')}` : 'are missing';
  throw new OperationalError(
    source,
    `its weights '${name}' ${what}; ${shape.join(' × ')} floats were expected`,
  );
}
