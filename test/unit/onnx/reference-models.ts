/** Models of every layer kind with made-up weights, the same bytes everywhere: the input of make-onnx-reference.py. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Normalization } from '../../../src/idx/normalization.js';
import type { ModelInfo } from '../../../src/model/info.js';
import { encodeModel } from '../../../src/model/model-file.js';
import type { ModelWeights } from '../../../src/model/model-weights.js';
import { type ModelSpec, shapeNetwork } from '../../../src/model/network.js';

export interface ReferenceModel {
  readonly info: Omit<ModelInfo, 'digest'>;
  readonly weights: ModelWeights;
  readonly bytes: Uint8Array;
  /** Images that the model is asked about, one behind the other. */
  readonly pixels: Uint8Array;
  readonly count: number;
}

const [rows, columns] = [8, 7];
const count = 3;

/** Exact in single precision, on every machine. */
const made = (i: number) => (((i * 7919 + 13) % 251) - 125) / 128;

const perPixel: Normalization = {
  kind: 'standardize',
  per: 'pixel',
  mean: Array.from({ length: rows * columns }, (_, p) => 100 + p / 4),
  deviation: Array.from({ length: rows * columns }, (_, p) => 50 + p / 2),
};

const perDataset: Normalization = {
  kind: 'standardize',
  per: 'dataset',
  mean: [72.75],
  deviation: [90.5],
};

const specs: Readonly<Record<string, readonly [ModelSpec['layers'], Normalization]>> = {
  dense: [[{ kind: 'flatten' }, { kind: 'dense', units: 'classes' }], perDataset],
  'every kind': [
    [
      { kind: 'conv', filters: 4 },
      { kind: 'relu' },
      { kind: 'batch-norm', epsilon: 0.01 },
      { kind: 'max-pool' },
      { kind: 'dropout', rate: 0.25 },
      { kind: 'conv', filters: 5, kernel: 2, padding: 'valid' },
      { kind: 'max-pool', size: 2 },
      { kind: 'flatten' },
      { kind: 'dense', units: 6 },
      { kind: 'batch-norm', momentum: 0.9 },
      { kind: 'relu' },
      { kind: 'dense', units: 'classes' },
    ],
    perDataset,
  ],
  residual: [
    [
      { kind: 'conv', filters: 4, stride: 2, bias: false },
      { kind: 'batch-norm' },
      { kind: 'silu' },
      {
        kind: 'residual',
        layers: [
          { kind: 'conv', filters: 6, stride: 2 },
          { kind: 'relu' },
          { kind: 'residual', layers: [{ kind: 'conv', filters: 6, bias: false }] },
        ],
        shortcut: [{ kind: 'conv', filters: 6, kernel: 1, stride: 2, bias: false }],
      },
      { kind: 'average-pool' },
      { kind: 'dense', units: 'classes' },
    ],
    perDataset,
  ],
  'whitened and excited': [
    [
      { kind: 'conv', filters: 8, kernel: 2, padding: 'valid', initial: 'whitening', twins: true },
      { kind: 'conv', filters: 6, kernel: 1, initial: 'dirac', bias: false },
      { kind: 'group-norm', groups: 3 },
      { kind: 'gelu' },
      { kind: 'squeeze-excite', reduction: 2, activation: 'silu' },
      { kind: 'batch-norm', scale: false },
      { kind: 'squeeze-excite' },
      { kind: 'flatten' },
      { kind: 'group-norm', groups: 2 },
      { kind: 'dense', units: 'classes' },
      { kind: 'scale', factor: 0.125 },
    ],
    perDataset,
  ],
  'per pixel': [
    [
      { kind: 'conv', filters: 3, kernel: 1 },
      { kind: 'flatten' },
      { kind: 'dense', units: 'classes' },
    ],
    perPixel,
  ],
};

/** The models by name. */
export function referenceModels(): Map<string, ReferenceModel> {
  return new Map(Object.entries(specs).map(([name, spec]) => [name, makeModel(name, ...spec)]));
}

function makeModel(
  name: string,
  layers: ModelSpec['layers'],
  normalization: Normalization,
): ReferenceModel {
  const classes = { names: ['Ärmel', 'b', '"c"'], labels: [1, 2, 7] };
  const network = shapeNetwork({ layers }, { rows, columns, classes: 3 });
  const statistics = new Float32Array(network.statisticCount);
  for (const { name: own, offset, length } of network.statistics)
    for (let i = 0; i < length; i++)
      statistics[offset + i] = own.endsWith('variance') ? 1 + made(i) / 2 : made(i);
  const weights = {
    parameters: Float32Array.from({ length: network.parameterCount }, (_, i) => made(i)),
    statistics,
  };
  const info: Omit<ModelInfo, 'digest'> = {
    rows,
    columns,
    classes,
    normalization,
    dataset: 'made-up',
    synthetic: true,
    spec: { layers },
    recipe: { name },
    lineage: {
      history: [{ program: 'fmnist-train', version: '0', options: { seed: 1 } }],
      seed: 1,
      engine: 'none',
    },
    training: { loss: 0.5, accuracy: 0.75 },
  };
  const pixels = Uint8Array.from(
    { length: count * rows * columns },
    (_, i) => (i * 7919 + 13) % 256,
  );
  return { info, weights, bytes: encodeModel(info, weights, '0'), pixels, count };
}

/** Writes each model and its images to a folder, for others to read. */
export function writeReferenceModels(folder: string): void {
  for (const [name, { bytes, pixels }] of referenceModels()) {
    writeFileSync(join(folder, `${name}.onnx`), bytes);
    writeFileSync(join(folder, `${name}.pixels`), pixels);
  }
}
