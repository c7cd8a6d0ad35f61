/** Session of a model file on ONNX Runtime, single-threaded by default; each thread of a predictor has its own. */

import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { OperationalError } from '../../core/errors.js';
import type { Prediction } from '../predictor.js';
import { loadOnnxRuntime, runtimeReason, singleThread } from './runtime.js';

/** A model in one session. */
export interface PredictSession {
  /** Predicts images. pixels: [count, rows, columns] raw bytes, in memory that is not shared. Throws OperationalError where the run fails. */
  run(pixels: Uint8Array, count: number): Promise<Prediction>;
  close(): Promise<void>;
}

/** Shape of a model's input and outputs. */
export interface PredictShape {
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  /** Width of the embedding, where the model gives one. */
  readonly embedding?: number;
}

/** Opens a session from the bytes of a model. Throws OperationalError that names `source` where ONNX Runtime cannot run it. */
export async function openPredictSession(
  bytes: Uint8Array,
  source: string,
  { rows, columns, classes, embedding }: PredictShape,
  options: InferenceSession.SessionOptions = singleThread,
): Promise<PredictSession> {
  const ort = await loadOnnxRuntime();
  const cannot = (error: unknown) =>
    new OperationalError(source, `cannot be run by ONNX Runtime: ${runtimeReason(error)}`, {
      cause: error,
    });
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, options);
  } catch (error) {
    throw cannot(error);
  }
  return {
    async run(pixels, count) {
      const image = new ort.Tensor('uint8', pixels, [count, rows, columns]);
      try {
        const outputs = await session.run({ image });
        return {
          logits: floats(outputs, 'logits', [count, classes]),
          probabilities: floats(outputs, 'probabilities', [count, classes]),
          ...(embedding === undefined
            ? {}
            : { embedding: floats(outputs, 'embedding', [count, embedding]) }),
        };
      } catch (error) {
        throw cannot(error);
      }
    },
    close: () => session.release(),
  };
}

/** Values of an output. Throws an Error for a shape that a model of ours does not have. */
function floats(
  outputs: Readonly<Record<string, Tensor>>,
  name: string,
  wanted: readonly number[],
): Float32Array {
  const { data, dims = [] } = outputs[name] ?? {};
  if (!(data instanceof Float32Array) || dims.join() !== wanted.join())
    throw new Error(
      `its output '${name}' is ${data ? dims.join(' × ') : 'missing'}; ${wanted.join(' × ')} floats were expected`,
    );
  return data;
}
