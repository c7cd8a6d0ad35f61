/** Models of small networks with made-up weights: smooth functions of the index, the same everywhere. */

import type { Normalization } from '../../src/idx/normalization.js';
import type { ModelInfo } from '../../src/model/info.js';
import { encodeModel } from '../../src/model/model-file.js';
import type { ModelWeights } from '../../src/model/model-weights.js';
import { type ModelSpec, type Network, shapeNetwork } from '../../src/model/network.js';
import { centred } from './step.js';

export const smallSize = { rows: 7, columns: 6, classes: 3 };
export const smallClasses = { names: ['a', 'b', 'c'], labels: [0, 1, 2] };

export interface SmallModel {
  readonly info: Omit<ModelInfo, 'digest'>;
  readonly network: Network;
  readonly weights: ModelWeights;
  readonly bytes: Uint8Array;
}

export function smallModel(
  layers: ModelSpec['layers'],
  normalization: Normalization = centred,
): SmallModel {
  const { rows, columns } = smallSize;
  const network = shapeNetwork({ layers }, smallSize);
  const wave = (length: number, mean: number, height: number) =>
    Float32Array.from({ length }, (_, i) => mean + height * Math.sin(12.9898 * i + 1));
  const weights = {
    parameters: wave(network.parameterCount, 0.05, 0.4),
    statistics: wave(network.statisticCount, 0.5, 0.2),
  };
  const info = {
    rows,
    columns,
    classes: smallClasses,
    normalization,
    spec: { layers },
    recipe: {},
    lineage: { history: [], seed: 0, engine: 'none' },
    training: {},
  };
  return { info, network, weights, bytes: encodeModel(info, weights, '0') };
}

/** Images of all sorts. count × rows × columns bytes. */
export function smallImages(count: number): Uint8Array {
  const { rows, columns } = smallSize;
  return Uint8Array.from({ length: count * rows * columns }, (_, i) => (i * 7919 + 13) % 256);
}
