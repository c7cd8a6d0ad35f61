/** The embedding of a model: one more output, the input of its last dense layer. */

import { OperationalError } from '../core/errors.js';
import { encodeOnnx } from '../onnx/encode.js';
import { inferenceGraph, lastDense } from './lowering/inference-graph.js';
import type { Model } from './model.js';

/** An ONNX model that gives embeddings. */
export interface EmbeddingModel {
  /** An ONNX file with outputs `logits`, `probabilities` and `embedding`, f32 [n, width]. [bytes] */
  readonly bytes: Uint8Array;
  /** Values of an embedding. */
  readonly width: number;
}

/** Lowers the model with its embedding as a further output. Throws OperationalError where it is unsound or has no dense layer. */
export function embeddingModel({ info, network, weights, source }: Model): EmbeddingModel {
  const width = network.layers[lastDense(network.layers)]?.input[0];
  if (width === undefined)
    throw new OperationalError(
      source,
      'has no dense layer; one was expected to take an embedding from',
    );
  const { parameters, statistics } = weights;
  const graph = inferenceGraph(network, info.normalization, parameters, statistics, info.tta, true);
  return { bytes: encodeOnnx(graph), width };
}
