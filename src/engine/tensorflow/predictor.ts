/** A model file in use, on TensorFlow.js. */

import { readModel } from '../../model/model-weights.js';
import type { TensorFlow } from '../../model/tensorflow.js';
import type { Predictor } from '../predictor.js';
import { forward, weightTensors } from './forward.js';

/** Opens a model from its bytes. TroubleError where they are no fmnist model, or its weights are not those its layers want. */
export function openTensorFlowPredictor(
  tf: TensorFlow,
  bytes: Uint8Array,
  source: string,
): Predictor {
  const { info, network, weights } = readModel(bytes, source);
  const tensors = weightTensors(tf, network, weights);
  return {
    info,
    async predict(pixels, count) {
      const { rows, columns, normalization } = info;
      const outputs = tf.tidy(() => {
        const images = pixels.subarray(0, count * rows * columns);
        const logits = forward(tf, network, normalization, tensors, images);
        return [logits, tf.softmax(logits)];
      });
      try {
        const [logits, probabilities] = (await Promise.all(
          outputs.map((tensor) => tensor.data()),
        )) as [Float32Array, Float32Array];
        return { logits, probabilities };
      } finally {
        tf.dispose(outputs);
      }
    },
    async close() {
      tf.dispose([...tensors.values()]);
    },
  };
}
