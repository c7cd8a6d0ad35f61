/** Opening the engine that --engine names, or the best one there is. */

import type { CommandIo } from '../core/environment.js';
import type { TensorFlow } from '../model/contexts.js';
import type { Model } from '../model/model.js';
import type { Agreement } from './accelerator-proof.js';
import type { Engine } from './engine.js';

/** Words of --engine. */
export const engineChoices = ['auto', 'onnxruntime', 'tensorflow'] as const;

/** Options of an engine. */
export interface EngineOptions {
  readonly engine: (typeof engineChoices)[number];
  /** Threads that TensorFlow may use; absent, one a processor. */
  readonly threads?: number | undefined;
}

/** An engine that is loaded. */
export interface OpenedEngine extends Engine {
  /** Name and version, as in `onnxruntime 1.30.0`; model files keep it. */
  readonly description: string;
  /** On an accelerator: predicts a few images with a model and on the processor. Throws OperationalError where they differ. */
  readonly prove?: (model: Model) => Promise<Agreement>;
}

/**
 * Opens an engine. `auto` is TensorFlow where that loads and sees a GPU, else ONNX Runtime.
 * Throws OperationalError where the one that is named does not load.
 */
export async function openEngine(
  io: Pick<CommandIo, 'env'>,
  { engine, threads }: EngineOptions,
): Promise<OpenedEngine> {
  return (
    (engine === 'onnxruntime' ? undefined : await openTensorFlow(io, engine, threads)) ??
    openOnnxRuntime()
  );
}

async function openTensorFlow(
  { env }: Pick<CommandIo, 'env'>,
  choice: 'auto' | 'tensorflow',
  threads: number | undefined,
): Promise<OpenedEngine | undefined> {
  const { loadTensorFlow, mayHaveGpu } = await import('./tensorflow/runtime.js');
  const named = choice === 'tensorflow';
  if (!named && !mayHaveGpu()) return undefined;
  const loaded = await loadTensorFlow(env, threads).catch((error) => {
    if (named) throw error;
  });
  if (!loaded || !(named || loaded.gpu)) return undefined;
  const { tensorFlowEngine } = await import('./tensorflow/trainer.js');
  const place = loaded.gpu ? ' on a GPU' : '';
  return {
    ...tensorFlowEngine(loaded.tf),
    description: `tensorflow ${loaded.version}${place}`,
    ...(loaded.gpu ? { prove: (model: Model) => proveGpu(loaded.tf, model) } : {}),
  };
}

async function proveGpu(tf: TensorFlow, model: Model): Promise<Agreement> {
  const { proveAccelerator } = await import('./accelerator-proof.js');
  const { openTensorFlowPredictor } = await import('./tensorflow/predictor.js');
  const predictor = openTensorFlowPredictor(tf, model);
  try {
    return await proveAccelerator('engine tensorflow on a GPU', model, predictor);
  } finally {
    await predictor.close();
  }
}

async function openOnnxRuntime(): Promise<OpenedEngine> {
  const { onnxRuntimeEngine } = await import('./onnxruntime/trainer.js');
  const { onnxRuntimeVersion } = await import('./onnxruntime/runtime.js');
  return { ...onnxRuntimeEngine, description: `onnxruntime ${await onnxRuntimeVersion()}` };
}
