/** TensorFlow's own library for the tests that want it: FMNIST_TENSORFLOW's, what `make tensorflow` left, or what is installed. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type LoadedTensorFlow, loadTensorFlow } from '../../src/engine/tensorflow/runtime.js';
import { paths } from './paths.js';

/** The environment in which our programs find it. */
export function tensorFlowEnvironment(): Record<string, string | undefined> {
  const built = join(paths.root, 'build/tensorflow');
  const folder = process.env.FMNIST_TENSORFLOW ?? (existsSync(built) ? built : undefined);
  return { ...process.env, ...(folder === undefined ? {} : { FMNIST_TENSORFLOW: folder }) };
}

/** Undefined where there is none: says so, as a skipped test must. */
export async function tensorFlowHere(): Promise<LoadedTensorFlow | undefined> {
  try {
    return await loadTensorFlow(tensorFlowEnvironment());
  } catch (error) {
    process.stdout.write(`SKIPPED: ${(error as Error).message} ('make tensorflow' builds it)\n`);
    return undefined;
  }
}
