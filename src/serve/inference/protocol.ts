/** Messages between a service and its inference workers. */

export interface InferenceWorkerStart {
  /** [bytes] of the model file, as it was read once: all workers run the same one whatever becomes of the file. */
  readonly bytes: Uint8Array;
  /** What messages call it. */
  readonly source: string;
  readonly engine: 'onnxruntime' | 'tensorflow';
}

export interface InferenceBatch {
  /** [count, rows, columns] raw bytes; handed over. */
  readonly pixels: Uint8Array;
  readonly count: number;
}

export type InferenceRequest = InferenceBatch | 'close';

export type InferenceReply =
  | { readonly type: 'ready' }
  | { readonly type: 'done'; readonly logits: Float32Array; readonly probabilities: Float32Array }
  | { readonly type: 'failed'; readonly message: string };

export function workerFault(message: string): InferenceReply {
  return { type: 'failed', message };
}
