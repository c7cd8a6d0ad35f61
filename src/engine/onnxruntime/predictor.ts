/** A model file in use, on ONNX Runtime. */

import { decodeModel } from '../../model/model-file.js';
import type { Predictor } from '../predictor.js';
import { loadOnnxRuntime, sessionOptions } from './runtime.js';

/** Opens a model from its bytes; `threads` work on one prediction together. */
export async function openOnnxPredictor(
  bytes: Uint8Array,
  source: string,
  threads: number,
): Promise<Predictor> {
  const { info } = decodeModel(bytes, source);
  const ort = await loadOnnxRuntime();
  const session = await ort.InferenceSession.create(bytes, sessionOptions(threads));
  return {
    info,
    async predict(pixels, count) {
      const image = new ort.Tensor('uint8', pixels, [count, info.rows, info.columns]);
      const { logits, probabilities } = await session.run({ image });
      return {
        logits: logits?.data as Float32Array,
        probabilities: probabilities?.data as Float32Array,
      };
    },
    close: () => session.release(),
  };
}
