/** A network's weights: flat arrays, and the way between these and arrays by name. */

import type { OnnxWeights } from '../onnx/decode.js';
import type { Network, Slot, WeightSlot } from './network.js';

/** The weights of a network, each slot's at its offset. */
export interface ModelWeights {
  /** Learned by gradient descent. [parameterCount] */
  readonly parameters: Float32Array;
  /** Running statistics (of batch norm). [statisticCount] */
  readonly statistics: Float32Array;
}

/** Packs the values of each slot of a network into its flat arrays. `valuesOf`: as many values as the slot is long. */
export function flatWeights(
  network: Network,
  valuesOf: (slot: WeightSlot) => Float32Array,
): ModelWeights {
  const flat = (slots: readonly WeightSlot[], length: number) => {
    const values = new Float32Array(length);
    for (const slot of slots) values.set(valuesOf(slot), slot.offset);
    return values;
  };
  return {
    parameters: flat(network.parameters, network.parameterCount),
    statistics: flat(network.statistics, network.statisticCount),
  };
}

/** Unpacks the flat arrays: the values of each parameter and running statistic by name, as views. */
export function weightsByName(network: Network, weights: ModelWeights): Map<string, Float32Array> {
  const stored = [...initializersOf(network, weights)];
  return new Map(stored.map(([name, { values }]) => [name, values]));
}

/** Unpacks the flat arrays, with the shape of each slot beside its values. */
export function initializersOf(
  network: Network,
  { parameters, statistics }: ModelWeights,
): Map<string, OnnxWeights> {
  const of =
    (flat: Float32Array) =>
    ({ name, shape, offset, length }: Slot<unknown>) =>
      [name, { shape, values: flat.subarray(offset, offset + length) }] as const;
  return new Map([
    ...network.parameters.map(of(parameters)),
    ...network.statistics.map(of(statistics)),
  ]);
}
