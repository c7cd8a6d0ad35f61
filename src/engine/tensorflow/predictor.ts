/** Predictor on TensorFlow.js. */

import type { TensorFlow } from '../../model/contexts.js';
import type { Model } from '../../model/model.js';
import { type TtaView, viewsOf } from '../../model/test-time-augmentation.js';
import type { Predictor } from '../predictor.js';
import { forward, weightTensors } from './forward.js';

/** Opens a model for prediction. */
export function openTensorFlowPredictor(
  tf: TensorFlow,
  { info, network, weights }: Model,
): Predictor {
  const tensors = weightTensors(tf, network, weights);
  const views = info.tta ? viewsOf(info.tta, info.rows, info.columns) : [];
  return {
    info,
    async predict(pixels, count) {
      const { rows, columns, normalization } = info;
      const outputs = tf.tidy(() => {
        const images = pixels.subarray(0, count * rows * columns);
        const inputs = views.length > 0 ? viewed(images, count, views) : images;
        const perView = forward(tf, network, normalization, tensors, inputs);
        const viewWeights = views.map(({ weight }) => [weight]);
        const logits =
          views.length > 0
            ? tf.sum(tf.mul(tf.reshape(perView, [count, views.length, -1]), viewWeights), 1)
            : perView;
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

/** Views of each image for test-time augmentation, those of an image next to each other. */
function viewed(images: Uint8Array, count: number, views: readonly TtaView[]): Uint8Array {
  const size = images.length / count;
  const inputs = new Uint8Array(images.length * views.length);
  let to = 0;
  for (let i = 0; i < count; i++)
    for (const { pixels } of views)
      for (const pixel of pixels) inputs[to++] = images[i * size + pixel]!;
  return inputs;
}
