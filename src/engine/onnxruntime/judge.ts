/** Loss and accuracy of the weights of the moment, chunk by chunk, so that the sums do not depend on the number of workers. */

import type { Tensor } from 'onnxruntime-node';
import type { Normalization } from '../../idx/normalization.js';
import { validationGraph } from '../../model/lowering/training-graph.js';
import type { Network, Slot } from '../../model/network.js';
import { encodeOnnx } from '../../onnx/encode.js';
import { sumLosses, validationChunk } from '../../step/loss.js';
import type { TrainingImages } from '../../step/plan.js';
import type { Weights } from '../engine.js';
import { loadOnnxRuntime, singleThread } from './runtime.js';

/** Returns a function that judges every `workers`-th chunk and writes its sum of losses and right answers to `figures`. */
export async function createValidator(
  network: Network,
  normalization: Normalization,
  memory: Weights,
) {
  const ort = await loadOnnxRuntime();
  const session = await ort.InferenceSession.create(
    encodeOnnx(validationGraph(network, normalization)),
    singleThread,
  );
  const { rows, columns, classes } = network;
  const pixels = rows * columns;
  // Copied out for each judgement: ONNX Runtime's binding takes no shared memory.
  const weightFeeds = (): Record<string, Tensor> => {
    const parameters = new Float32Array(memory.parameters);
    const statistics = new Float32Array(memory.statistics);
    const feed =
      (values: Float32Array) =>
      ({ name, shape, offset, length }: Slot<unknown>) => [
        name,
        new ort.Tensor('float32', values.subarray(offset, offset + length), shape),
      ];
    return Object.fromEntries([
      ...network.parameters.map(feed(parameters)),
      ...network.statistics.map(feed(statistics)),
    ]);
  };
  return async (images: TrainingImages, figures: Float64Array, worker: number, workers: number) => {
    const weights = weightFeeds();
    const chunks = Math.ceil(images.count / validationChunk);
    for (let chunk = worker; chunk < chunks; chunk += workers) {
      const start = chunk * validationChunk;
      const count = Math.min(validationChunk, images.count - start);
      const bytes = new Uint8Array(
        images.pixels.subarray(start * pixels, (start + count) * pixels),
      );
      const image = new ort.Tensor('uint8', bytes, [count, rows, columns]);
      const { logits } = await session.run({ ...weights, image });
      const [loss, right] = sumLosses(
        logits?.data as Float32Array,
        images.classIndices.subarray(start, start + count),
        classes,
      );
      figures[2 * chunk] = loss;
      figures[2 * chunk + 1] = right;
    }
  };
}
