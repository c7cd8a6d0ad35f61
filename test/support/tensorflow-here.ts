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

/** TensorFlow's own library, or the reason why it is not here. */
export async function tensorFlowHere(): Promise<
  | { readonly tensorflow: LoadedTensorFlow; readonly missing: undefined }
  | { readonly tensorflow: undefined; readonly missing: string }
> {
  try {
    return { tensorflow: await loadTensorFlow(tensorFlowEnvironment()), missing: undefined };
  } catch (error) {
    const reason = (error as Error).message.replace(/; 'fmnist doctor'.*/, '');
    return { tensorflow: undefined, missing: `${reason}; 'make tensorflow' builds it` };
  }
}
