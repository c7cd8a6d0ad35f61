/** Opening a model file for prediction. */

import { availableParallelism } from 'node:os';
import type { CommandIo } from '../core/environment.js';
import { readWholeFile } from '../io/whole-file.js';
import { decodeModel } from '../model/model-file.js';
import type { TestTimeAugmentation } from '../model/test-time-augmentation.js';
import type { Predictor } from './predictor.js';

export interface PredictorOptions {
  /** All processors unless given. */
  readonly threads?: number | undefined;
  readonly engine: 'onnxruntime' | 'tensorflow';
  /** Test-time augmentation, of a model that has none inside. */
  readonly tta?: TestTimeAugmentation | undefined;
}

/** Opens the model at `path`. OperationalError where there is none, it is no model of ours, or the engine does not load. */
export async function openPredictor(
  io: Pick<CommandIo, 'env'>,
  path: string,
  { tta, ...options }: PredictorOptions,
): Promise<Predictor> {
  const bytes = await readWholeFile(path);
  if (tta === undefined) return openPredictorOf(io, bytes, path, options);
  const { augmentModel } = await import('../export/augmented-model.js');
  const predictor = await openPredictorOf(io, augmentModel(bytes, path, tta), path, options);
  // The model is still that of the file.
  const { digest } = decodeModel(bytes, path).info;
  return { ...predictor, info: { ...predictor.info, digest } };
}

/** Opens the model at `path` so that it gives embeddings too; by ONNX Runtime. OperationalError as above. */
export async function openEmbedderAt(path: string, threads?: number): Promise<Predictor> {
  const bytes = await readWholeFile(path);
  const { openEmbedder } = await import('./onnxruntime/embedder.js');
  return openEmbedder(bytes, path, threads ?? availableParallelism());
}

/** Opens a model from the bytes of its file, which messages call `source`. */
export async function openPredictorOf(
  { env }: Pick<CommandIo, 'env'>,
  bytes: Uint8Array,
  source: string,
  { threads, engine }: Omit<PredictorOptions, 'tta'>,
): Promise<Predictor> {
  if (engine === 'tensorflow') {
    const { loadTensorFlow } = await import('./tensorflow/runtime.js');
    const { openTensorFlowPredictor } = await import('./tensorflow/predictor.js');
    const { tf } = await loadTensorFlow(env, threads);
    return openTensorFlowPredictor(tf, bytes, source);
  }
  const { openOnnxPredictor } = await import('./onnxruntime/predictor.js');
  return openOnnxPredictor(bytes, source, threads ?? availableParallelism());
}
