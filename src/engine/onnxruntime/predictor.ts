/** A model file in use, on ONNX Runtime. */

import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { TroubleError } from '../../cli/errors.js';
import type { ModelInfo } from '../../model/info.js';
import { decodeModel } from '../../model/model-file.js';
import type { Predictor } from '../predictor.js';
import { loadOnnxRuntime, runtimeReason, sessionOptions } from './runtime.js';

/** Opens a model from its bytes; `threads` work on one prediction together. TroubleError where it cannot be run. */
export async function openOnnxPredictor(
  bytes: Uint8Array,
  source: string,
  threads: number,
): Promise<Predictor> {
  const { info } = decodeModel(bytes, source);
  const ort = await loadOnnxRuntime();
  const cannot = (error: unknown) =>
    new TroubleError(source, `cannot be run by ONNX Runtime: ${runtimeReason(error)}`, {
      cause: error,
    });
  let session: InferenceSession;
  try {
    session = await ort.InferenceSession.create(bytes, sessionOptions(threads));
  } catch (error) {
    throw cannot(error);
  }
  return {
    info,
    async predict(pixels, count) {
      const image = new ort.Tensor('uint8', pixels, [count, info.rows, info.columns]);
      try {
        const outputs = await session.run({ image });
        return {
          logits: floats(outputs, 'logits', count, info),
          probabilities: floats(outputs, 'probabilities', count, info),
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
  count: number,
  { classes }: ModelInfo,
): Float32Array {
  const { data, dims = [] } = outputs[name] ?? {};
  const wanted = [count, classes.labels.length];
  if (!(data instanceof Float32Array) || dims.join() !== wanted.join())
    throw new Error(
      `its output '${name}' is ${data ? dims.join(' × ') : 'missing'}; ${wanted.join(' × ')} floats were expected`,
    );
  return data;
}
