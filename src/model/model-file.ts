/** Model files: one ONNX file with weights, normalisation and lineage inside (see fmnist-model(5)). */

import { createHash } from 'node:crypto';
import { TroubleError } from '../cli/errors.js';
import { inferenceGraph } from './inference-graph.js';
import type { ModelInfo } from './info.js';
import { type ModelSpec, shapeNetwork } from './network.js';
import { decodeOnnx, type OnnxContents } from './onnx-read.js';
import { encodeOnnx } from './onnx-write.js';

/** The version of the metadata's format. */
const modelFormat = '1';

export interface ModelWeights {
  readonly parameters: Float32Array;
  readonly statistics: Float32Array;
}

/** A model and what is known of it → the bytes of its file. The same input gives the same bytes. */
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
  const graph = inferenceGraph(network, normalization, weights.parameters, weights.statistics);
  const metadata: Record<string, string> = { 'fmnist.format': modelFormat };
  for (const [field, value] of Object.entries(info))
    if (value !== undefined) metadata[`fmnist.${field}`] = JSON.stringify(value);
  return encodeOnnx(graph, metadata, producerVersion);
}

export interface DecodedModel {
  readonly info: ModelInfo;
  readonly contents: OnnxContents;
}

/** A file's bytes → what it says of itself, and its weights. TroubleError for anything that is no fmnist model. */
export function decodeModel(bytes: Uint8Array, source: string): DecodedModel {
  let contents: OnnxContents;
  try {
    contents = decodeOnnx(bytes);
  } catch (error) {
    throw new TroubleError(
      source,
      'is not an ONNX file; a model written by fmnist-train was expected',
      {
        cause: error,
      },
    );
  }
  const { metadata } = contents;
  const format = metadata.get('fmnist.format');
  if (format === undefined)
    throw new TroubleError(
      source,
      'carries no fmnist metadata; a model written by fmnist-train was expected',
    );
  if (format !== modelFormat)
    throw new TroubleError(
      source,
      `is of model format ${format}; this program knows format ${modelFormat}`,
    );
  const fields: Record<string, unknown> = {};
  for (const [key, value] of metadata) {
    if (!key.startsWith('fmnist.') || key === 'fmnist.format') continue;
    try {
      fields[key.slice('fmnist.'.length)] = JSON.parse(value);
    } catch (error) {
      throw new TroubleError(source, `its metadata field ${key} is not JSON`, { cause: error });
    }
  }
  for (const field of ['rows', 'columns', 'classes', 'normalization', 'spec', 'lineage'])
    if (fields[field] === undefined)
      throw new TroubleError(source, `its metadata lack fmnist.${field}`);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { info: { ...fields, digest } as unknown as ModelInfo, contents };
}
