/** Opening a model file for prediction. */

import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { systemReason, TroubleError } from '../cli/errors.js';
import type { Predictor } from './predictor.js';

/** Opens the model at `path`. TroubleError where there is none, or it is no model of ours. `threads`: default all processors. */
export async function openPredictor(
  path: string,
  { threads = availableParallelism() }: { readonly threads?: number } = {},
): Promise<Predictor> {
  const bytes = await readFile(path).catch((error) => {
    throw new TroubleError(path, systemReason(error), { cause: error });
  });
  const { openOnnxPredictor } = await import('./onnxruntime/predictor.js');
  return openOnnxPredictor(bytes, path, threads);
}
