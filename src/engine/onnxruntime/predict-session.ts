/** A model file on one ONNX Runtime session, single-threaded unless told otherwise: what each thread of a predictor has for itself. */

import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { OperationalError } from '../../core/errors.js';
import type { Prediction } from '../predictor.js';
import { loadOnnxRuntime, runtimeReason, singleThread } from './runtime.js';

export interface PredictSession {
  /** pixels: count × rows × columns bytes, in memory that is not shared. OperationalError where the run fails. */
  run(pixels: Uint8Array, count: number): Promise<Prediction>;
  close(): Promise<void>;
}

/** What a session must be told of the model: the sizes of an image, and the number of classes. */
export interface PredictShape {
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  /** Values of the embedding, where the model gives one. */
  readonly embedding?: number;
}

/** Opens a model from its bytes. OperationalError, naming `source`, where ONNX Runtime does not take it. */
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

/** An output as our models have it: a model that was changed by other hands may have another. */
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
