/** Encoding of model files: one ONNX file with weights, normalisation and lineage inside (see fmnist-model(5)). */

import { toJson } from '../core/json.js';
import { encodeOnnx } from '../onnx/encode.js';
import type { ModelInfo } from './info.js';
import { modelFormat } from './info-reader.js';
import { inferenceGraph } from './lowering/inference-graph.js';
import { type ModelSpec, shapeNetwork } from './network.js';

/** Weights of a network, flat as its slots say. */
export interface ModelWeights {
  /** [parameterCount] */
  readonly parameters: Float32Array;
  /** [statisticCount] running statistics. */
  readonly statistics: Float32Array;
}

/**
 * Encodes a model with its metadata. The same input gives the same bytes.
 * Throws an Error where a number is not finite, naming it.
 */
export function encodeModel(
  info: Omit<ModelInfo, 'digest'>,
  weights: ModelWeights,
  producerVersion: string,
): Uint8Array {
  const { rows, columns, classes, normalization } = info;
  const network = shapeNetwork(info.spec as ModelSpec, {
    rows,
    columns,
    classes: classes.names.length,
  });
  const { parameters, statistics } = weights;
  const { training, ...others } = info;
  const graph = inferenceGraph(network, normalization, parameters, statistics, info.tta);
  const metadata: Record<string, string> = { 'fmnist.format': modelFormat };
  // The last field is how a reader knows that the file is whole.
  for (const [field, value] of Object.entries({ ...others, training }))
    if (value !== undefined) metadata[`fmnist.${field}`] = toJson(value);
  return encodeOnnx(graph, metadata, producerVersion);
}
