/** Model files: one ONNX file with weights, normalisation and lineage inside (see fmnist-model(5)). */

import { toJson } from '../core/json.js';
import { encodeOnnx } from '../onnx/encode.js';
import type { ModelInfo } from './info.js';
import { modelFormat } from './info-reader.js';
import { inferenceGraph } from './lowering/inference-graph.js';
import type { ModelWeights } from './model-weights.js';
import { type ModelSpec, shapeNetwork } from './network.js';

/**
 * Encodes a model and its metadata as the bytes of a file. The same input gives the same bytes.
 * Throws where a weight or a metric is not finite, naming it.
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
  const graph = inferenceGraph(network, normalization, parameters, statistics, info.tta);
  return encodeOnnx(graph, metadataOf(info), producerVersion);
}

/** Encodes the metadata of a model as ONNX `metadata_props`. Throws where a metric is not finite, naming it. */
export function metadataOf({
  training,
  ...others
}: Omit<ModelInfo, 'digest'>): Record<string, string> {
  const metadata: Record<string, string> = { 'fmnist.format': modelFormat };
  // The last field is how a reader knows that the file is whole.
  for (const [field, value] of Object.entries({ ...others, training }))
    if (value !== undefined) metadata[`fmnist.${field}`] = toJson(value);
  return metadata;
}
