/** Loading ONNX Runtime, and the session options all our sessions share. */

import './no-telemetry.js';
import type { InferenceSession } from 'onnxruntime-node';
import { TroubleError } from '../../cli/errors.js';

type OnnxRuntime = typeof import('onnxruntime-node');

/** ONNX Runtime's Node binding, loaded when first needed. */
export async function loadOnnxRuntime(): Promise<OnnxRuntime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    throw new TroubleError(
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
    logSeverityLevel: 3,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

/** Two single-threaded sessions in two workers outrun one session with two threads by half. */
export const singleThread = sessionOptions(1);

export async function onnxRuntimeVersion(): Promise<string> {
  return (await loadOnnxRuntime()).env.versions.node ?? 'unknown';
}

/** What ONNX Runtime says went wrong, on one line, without its own error codes and places in its source. */
export function runtimeReason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message
    .replace(/\s+/g, ' ')
    .replace(/^\[?ONNXRuntimeError\]?\s*:\s*\d+\s*:\s*\w+\s*:\s*/, '')
    .replace(/\/\S+\.(cc|h):\d+\s/g, '')
    .slice(0, 300);
}
