/** A model file's network and weights, for those who compute with them otherwise than by running the file. */

import { OperationalError } from '../core/errors.js';
import type { OnnxWeights } from '../onnx/decode.js';
import type { ModelInfo } from './info.js';
import { decodeModel, type ModelWeights } from './model-file.js';
import { type ModelSpec, type Network, type Slot, shapeNetwork } from './network.js';

export interface ReadModel {
  readonly info: ModelInfo;
  readonly network: Network;
  readonly weights: ModelWeights;
}

/** OperationalError where the bytes are no fmnist model, its layers do not make sense, or a weight is not the one they call for. */
export function readModel(bytes: Uint8Array, source: string): ReadModel {
  const { info, contents } = decodeModel(bytes, source);
  const { rows, columns, classes } = info;
  let network: Network;
  try {
    network = shapeNetwork(info.spec as ModelSpec, {
      rows,
      columns,
      classes: classes.names.length,
    });
  } catch (error) {
    throw new OperationalError(source, `its layers are unsound: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const weights = flatWeights(network, (slot) => stored(contents.weights, slot, source));
  return { info, network, weights };
}

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

function stored(
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
