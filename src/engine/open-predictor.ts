/** Opening a model file for prediction. */

import { availableParallelism } from 'node:os';
import type { CommandIo } from '../core/environment.js';
import { type Model, openModelFile } from '../model/model.js';
import type { TestTimeAugmentation } from '../model/test-time-augmentation.js';
import type { Predictor } from './predictor.js';

export interface PredictorOptions {
  /** All processors unless given. */
  readonly threads?: number | undefined;
  readonly engine: 'onnxruntime' | 'tensorflow';
  /** Test-time augmentation, of a model that has none inside. */
  readonly tta?: TestTimeAugmentation | undefined;
}

/** Opens the model at `path`. Throws OperationalError where there is none, it is no model of ours, or the engine does not load. */
export async function openPredictor(
  io: Pick<CommandIo, 'env'>,
  path: string,
  { tta, ...options }: PredictorOptions,
): Promise<Predictor> {
  const model = await openModelFile(path);
  if (tta === undefined) return openPredictorOf(io, model, options);
  const { augmentModel } = await import('../export/augmented-model.js');
  return openPredictorOf(io, augmentModel(model, tta), options);
}

/** Opens the model at `path` so that it gives embeddings too; by ONNX Runtime. Throws OperationalError as above. */
export async function openEmbedderAt(path: string, threads?: number): Promise<Predictor> {
  const { openEmbedder } = await import('./onnxruntime/embedder.js');
  return openEmbedder(await openModelFile(path), threads ?? availableParallelism());
}

/** Opens a model that is read already. */
export async function openPredictorOf(
  { env }: Pick<CommandIo, 'env'>,
  model: Model,
  { threads, engine }: Omit<PredictorOptions, 'tta'>,
): Promise<Predictor> {
  if (engine === 'tensorflow') {
    const { loadTensorFlow } = await import('./tensorflow/runtime.js');
    const { openTensorFlowPredictor } = await import('./tensorflow/predictor.js');
    const { tf } = await loadTensorFlow(env, threads);
    return openTensorFlowPredictor(tf, model);
  }
  const { openOnnxPredictor } = await import('./onnxruntime/predictor.js');
  return openOnnxPredictor(model, threads ?? availableParallelism());
}
