/** Model files: one ONNX file with weights, normalisation and lineage inside (see fmnist-model(5)). */

import { createHash } from 'node:crypto';
import { OperationalError } from '../core/errors.js';
import { toJson } from '../core/json.js';
import { decodeOnnx, type OnnxContents } from '../onnx/decode.js';
import { encodeOnnx } from '../onnx/encode.js';
import type { ModelInfo } from './info.js';
import { modelFormat, readInfo } from './info-reader.js';
import { inferenceGraph } from './lowering/inference-graph.js';
import { type ModelSpec, shapeNetwork } from './network.js';

export interface ModelWeights {
  readonly parameters: Float32Array;
  readonly statistics: Float32Array;
}

/**
 * A model and what is known of it → the bytes of its file. The same input gives the same bytes.
 * Throws where a figure is not finite, naming it.
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

export interface DecodedModel {
  readonly info: ModelInfo;
  readonly contents: OnnxContents;
}

/** A file's bytes → what it says of itself, and its weights. OperationalError for anything that is no fmnist model. */
export function decodeModel(bytes: Uint8Array, source: string): DecodedModel {
  if (bytes.length === 0)
    throw new OperationalError(source, 'is empty; a model written by fmnist-train was expected');
  let contents: OnnxContents;
  try {
    contents = decodeOnnx(bytes);
  } catch (error) {
    throw new OperationalError(
      source,
      'is no ONNX file, or not a whole one; a model written by fmnist-train was expected',
      { cause: error },
    );
  }
  try {
    const digest = createHash('sha256').update(bytes).digest('hex');
    return { info: { ...readInfo(contents.metadata), digest }, contents };
  } catch (error) {
    throw new OperationalError(source, (error as Error).message, { cause: error });
  }
}
