/** Loading of TensorFlow.js with TensorFlow's native library: optional packages, the one for CUDA first. */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import util from 'node:util';
import { OperationalError } from '../../core/errors.js';
import type { TensorFlow } from '../../model/contexts.js';

/** Packages that bring the library, in the order in which they are tried. */
export const tensorFlowPackages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** A loaded TensorFlow.js. */
export interface LoadedTensorFlow {
  readonly tf: TensorFlow;
  readonly package: (typeof tensorFlowPackages)[number];
  /** Version of the native library, as in `2.21.0`. */
  readonly version: string;
  /** True if it computes on a GPU. */
  readonly gpu: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Loads the first of `packages` that loads, from the folder that FMNIST_TENSORFLOW names, or else by Node's own
 * resolution. Throws OperationalError with the reason of each where none does.
 */
export async function loadTensorFlow(
  env: Environment,
  threads?: number,
  packages: readonly (typeof tensorFlowPackages)[number][] = tensorFlowPackages,
): Promise<LoadedTensorFlow> {
  restoreUtil();
  prepareLibrary(threads);
  const folder = env.FMNIST_TENSORFLOW;
  const require = createRequire(folder ? join(resolve(folder), 'package.json') : import.meta.url);
  const reasons: string[] = [];
  for (const name of packages) {
    try {
      const tf = require(name) as TensorFlow;
      await tf.ready();
      return { tf, package: name, ...describeBackend(tf) };
    } catch (error) {
      reasons.push(`${name} ${reasonOf(error, name)}`);
    }
  }
  throw new OperationalError(
    'engine tensorflow',
    `${reasons.join('; ')}${folder ? ` in ${folder}` : ''}; 'fmnist doctor' says how to get it`,
  );
}

/** True if the machine may have a GPU, without loading TensorFlow, which would cost a second of every run. */
export function mayHaveGpu(): boolean {
  if (process.platform !== 'linux') return true;
  return ['/dev/nvidiactl', '/dev/dxg'].some((device) => existsSync(device));
}

/** Restores functions that tfjs-node 4.22 calls and Node 23 removed or deprecated (https://github.com/tensorflow/tfjs/pull/8425). */
function restoreUtil(): void {
  const known = util as unknown as Record<string, unknown>;
  known.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  known.isArray = Array.isArray;
}

/** Environment of the native library, read when it is loaded; a value that is set already stays. */
function prepareLibrary(threads: number | undefined): void {
  const { env } = process;
  // No banners on standard error.
  env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // The same input gives the same bytes, on a GPU too.
  env.TF_DETERMINISTIC_OPS ??= '1';
  if (threads !== undefined) env.TF_NUM_INTRAOP_THREADS ??= String(threads);
}

function describeBackend(tf: TensorFlow): { version: string; gpu: boolean } {
  const backend = tf.backend() as unknown as {
    readonly isUsingGpuDevice?: boolean;
    readonly binding?: { readonly TF_Version?: string };
  };
  return {
    version: backend.binding?.TF_Version ?? 'unknown',
    gpu: backend.isUsingGpuDevice === true,
  };
}

function reasonOf(error: unknown, name: string): string {
  const { code, message = String(error) } = error as NodeJS.ErrnoException;
  if (code === 'MODULE_NOT_FOUND' && message.includes(`'${name}'`)) return 'is not there';
  return `does not load (${message.split('\n')[0]})`;
}
