/** A model file → the same model with one output more: the embedding that its last dense layer is given. */

import { OperationalError } from '../core/errors.js';
import { encodeOnnx } from '../onnx/encode.js';
import type { ModelInfo } from './info.js';
import { inferenceGraph, lastDense } from './lowering/inference-graph.js';
import type { Model } from './model.js';

export interface EmbeddingModel {
  readonly info: ModelInfo;
  /** An ONNX model with outputs `logits`, `probabilities` and `embedding`, f32 [n, width]. */
  readonly bytes: Uint8Array;
  readonly width: number;
}

/** Adds the embedding to a model. Throws OperationalError where it is unsound or has no dense layer. */
export function embeddingModel({ info, network, weights, source }: Model): EmbeddingModel {
  const width = network.layers[lastDense(network.layers)]?.input[0];
  if (width === undefined)
    throw new OperationalError(
      source,
      'has no dense layer; one was expected to take an embedding from',
    );
  const { parameters, statistics } = weights;
  const graph = inferenceGraph(network, info.normalization, parameters, statistics, info.tta, true);
  return { info, bytes: encodeOnnx(graph), width };
}
