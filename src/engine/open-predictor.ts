/** Opening a model file for prediction. */

import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { systemReason, TroubleError } from '../cli/errors.js';
import type { CommandIo } from '../cli/io.js';
import type { Predictor } from './predictor.js';

export interface PredictorOptions {
  /** All processors unless given. */
  readonly threads?: number | undefined;
  readonly engine: 'onnxruntime' | 'tensorflow';
}

/** Opens the model at `path`. TroubleError where there is none, it is no model of ours, or the engine does not load. */
export async function openPredictor(
  { env }: Pick<CommandIo, 'env'>,
  path: string,
  { threads, engine }: PredictorOptions,
): Promise<Predictor> {
  const bytes = await readFile(path).catch((error) => {
    throw new TroubleError(path, systemReason(error), { cause: error });
  });
  if (engine === 'tensorflow') {
    const { loadTensorFlow } = await import('./tensorflow/runtime.js');
    const { openTensorFlowPredictor } = await import('./tensorflow/predictor.js');
    const { tf } = await loadTensorFlow(env, threads);
    return openTensorFlowPredictor(tf, bytes, path);
  }
  const { openOnnxPredictor } = await import('./onnxruntime/predictor.js');
  return openOnnxPredictor(bytes, path, threads ?? availableParallelism());
}
