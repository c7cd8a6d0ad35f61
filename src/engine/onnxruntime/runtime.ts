/** Loading of ONNX Runtime, and the options that all sessions share. */

import './no-telemetry.js';
import type { InferenceSession } from 'onnxruntime-node';
import { OperationalError } from '../../core/errors.js';

type OnnxRuntime = typeof import('onnxruntime-node');

/** Loads ONNX Runtime's Node binding when first needed. Throws OperationalError where it does not load. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new OperationalError(
      'onnxruntime-node',
      `does not load (${(error as Error).message.split('\n')[0]}); 'fmnist doctor' says more`,
      { cause: error },
    );
  }
}

/** Session options for `threads` threads. Idle threads sleep instead of spinning: a pipeline shares its cores. */
export function sessionOptions(threads: number): InferenceSession.SessionOptions {
  return {
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    // Errors are thrown, and reported once; the runtime writes nothing to standard error.
    logSeverityLevel: 4,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

/** Options of a single-threaded session: two of them in two workers are half again as fast as one session of two threads. */
export const singleThread = sessionOptions(1);

/** Version of the binding. */
export async function onnxRuntimeVersion(): Promise<string> {
  return (await loadOnnxRuntime()).env.versions.node ?? 'unknown';
}

/** Reason of a failure in ONNX Runtime, on one line, without the places in its source. */
export function runtimeReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const plain = message
    .replace(/\s+/g, ' ')
    .replace(/\/\S+\.(cc|h):\d+ /g, '')
    .replace(/(\w+ )?onnxruntime::.*\) (?=[A-Z])/, '');
  return plain.length > 200 ? `${plain.slice(0, 199)}…` : plain;
}
