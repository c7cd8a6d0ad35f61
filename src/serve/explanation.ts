/** Explanation of a prediction by occlusion, computed by the model's own workers. */

import {
  type OcclusionPlan,
  occludedImages,
  occlusionMap,
  planOcclusion,
} from '../image/occlusion.js';
import { indexOfLargest } from '../ndjson/prediction-lines.js';
import type { HostedModel } from './inference/hosted-model.js';
import { expectsLight } from './intake/polarity.js';

export interface Explanation {
  /** Index of the class that is explained. */
  readonly explained: number;
  /** Its probability. */
  readonly confidence: number;
  /** [rows, columns] in nats of log-odds. */
  readonly map: Float32Array;
  readonly plan: OcclusionPlan;
}

/** Images of a map that go together. Fewer than a batch, so that a prediction that comes in waits for few of them, or goes along. */
const together = 32;

/**
 * pixels: rows × columns bytes. `explained` is the index of a class; the predicted one unless given. Only one part of the
 * map's images is ever in the queue, so that it takes no more than one worker's time, batch by batch.
 */
export async function explain(
  model: Pick<HostedModel, 'batcher' | 'info' | 'settings'>,
  pixels: Uint8Array,
  explained: number | undefined,
  deadline: number,
): Promise<Explanation> {
  const { rows, columns, classes } = model.info;
  const plan = planOcclusion(rows, columns);
  const images = occludedImages(pixels, plan, expectsLight(model.info) ? 255 : 0);
  const total = images.length / pixels.length;
  const width = classes.labels.length;
  const logits = new Float32Array(total * width);
  const part = Math.min(together, Math.ceil(model.settings.batch / 2));
  let probabilities = new Float32Array(0);
  for (let start = 0; start < total; start += part) {
    const count = Math.min(part, total - start);
    const answer = await model.batcher.predict({
      pixels: images.subarray(start * pixels.length, (start + count) * pixels.length),
      count,
      deadline,
      continued: start > 0,
    });
    logits.set(answer.logits, start * width);
    if (start === 0) probabilities = answer.probabilities.slice(0, width);
  }
  const c = explained ?? indexOfLargest(probabilities);
  const map = occlusionMap(logits, c, plan);
  return { explained: c, confidence: probabilities[c]!, map, plan };
}
