/** Predictions of images: by a model file on ONNX Runtime with one thread, or a LayersModel on TensorFlow.js. */

import * as tf from '@tensorflow/tfjs';
import { openOnnxPredictor } from '../../src/engine/onnxruntime/predictor.js';
import type { Prediction } from '../../src/engine/predictor.js';
import type { LayersModelFiles } from '../../src/export/tfjs/layers-model.js';
import { openModel } from '../../src/model/model.js';

/** `pixels`: count × rows × columns. */
export async function predicted(
  bytes: Uint8Array,
  pixels: Uint8Array,
  count: number,
): Promise<Prediction> {
  const predictor = await openOnnxPredictor(openModel(bytes, 'model'), 1);
  try {
    return await predictor.predict(pixels, count);
  } finally {
    await predictor.close();
  }
}

/** The model that TensorFlow.js makes of the files. */
export function loadedByTensorFlow({ json, weights }: LayersModelFiles): Promise<tf.LayersModel> {
  const { modelTopology, weightsManifest, userDefinedMetadata } = JSON.parse(json);
  const weightData = new Uint8Array(weights).buffer;
  const weightSpecs = weightsManifest[0].weights;
  const artifacts = { modelTopology, weightSpecs, weightData, userDefinedMetadata };
  return tf.loadLayersModel(tf.io.fromMemory(artifacts));
}
