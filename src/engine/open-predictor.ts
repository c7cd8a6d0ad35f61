/** Opening a predictor of a model, on the engine asked for. */

import { availableParallelism } from 'node:os';
import type { CommandIo } from '../core/environment.js';
import type { Model } from '../model/model.js';
import type { TestTimeAugmentation } from '../model/test-time-augmentation.js';
import type { Predictor } from './predictor.js';

/** The engine of a predictor, its threads, and test-time augmentation. */
export interface PredictorOptions {
  /** Processor cores to use; all of them unless given. */
  readonly threads?: number | undefined;
  readonly engine: 'onnxruntime' | 'tensorflow';
  /** Test-time augmentation, for a model that has none inside. */
  readonly tta?: TestTimeAugmentation | undefined;
}

/**
 * Opens a predictor. Its metadata are those of the graph that runs, under the digest of the file the model was read from.
 * Throws OperationalError where the engine does not load, the model cannot be run or augmented, or a GPU computes it wrongly.
 */
export async function openPredictor(
  { env }: Pick<CommandIo, 'env'>,
  model: Model,
  { threads, engine, tta }: PredictorOptions,
): Promise<Predictor> {
  const { digest } = model.info;
  const run = tta === undefined ? model : await augmented(model, tta);
  const predictor = await openOn(engine, run, env, threads);
  return { ...predictor, info: { ...run.info, digest } };
}

async function augmented(model: Model, tta: TestTimeAugmentation): Promise<Model> {
  const { augmentModel } = await import('../export/augmented-model.js');
  return augmentModel(model, tta);
}

async function openOn(
  engine: PredictorOptions['engine'],
  model: Model,
  env: CommandIo['env'],
  threads: number | undefined,
): Promise<Predictor> {
  if (engine === 'tensorflow') {
    const { loadTensorFlow } = await import('./tensorflow/runtime.js');
    const { openTensorFlowPredictor } = await import('./tensorflow/predictor.js');
    const { tf, gpu } = await loadTensorFlow(env, threads);
    const predictor = openTensorFlowPredictor(tf, model);
    if (gpu) await prove(model, predictor);
    return predictor;
  }
  const { openOnnxPredictor } = await import('./onnxruntime/predictor.js');
  return openOnnxPredictor(model, threads ?? availableParallelism());
}

/** Refuses a GPU that does not compute this model as the processor does. */
async function prove(model: Model, predictor: Predictor): Promise<void> {
  const { proveAccelerator } = await import('./accelerator-proof.js');
  try {
    await proveAccelerator('engine tensorflow on a GPU', model, predictor);
  } catch (error) {
    await predictor.close();
    throw error;
  }
}
