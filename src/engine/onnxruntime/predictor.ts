/** Predictor on ONNX Runtime. */

import type { Model } from '../../model/model.js';
import type { Prediction, Predictor } from '../predictor.js';
import { createJob, predictChunk, runJob } from './predict-job.js';
import { openPredictSession } from './predict-session.js';
import { PredictTeam } from './predict-team.js';

/** Images after which further threads pay: their start takes a core as long as some hundred images do. */
const teamThreshold = 512;

/**
 * Opens a model for prediction. Up to 16 images are one run on the calling thread; more are cut into chunks, which
 * `threads` threads share, each with a session of its own: that is a quarter faster than one session of two threads.
 * The threads other than the caller's start once 512 images have come. The same images give the same bytes for any
 * number of threads.
 * Throws OperationalError where the model cannot be run.
 */
export async function openOnnxPredictor(
  { info, bytes, source }: Model,
  threads: number,
): Promise<Predictor> {
  const { rows, columns, classes } = info;
  const shape = { rows, columns, classes: classes.labels.length };
  const session = await openPredictSession(bytes, source, shape);
  let team: PredictTeam | undefined;
  let seen = 0;
  let last: Promise<unknown> = Promise.resolve();

  async function predictMany(pixels: Uint8Array, count: number): Promise<Prediction> {
    seen += count;
    if (threads > 1 && seen > teamThreshold)
      team ??= new PredictTeam({ bytes, source, shape }, threads - 1);
    const job = createJob(pixels, count, shape);
    // The others first: a run blocks this thread until it ends.
    await Promise.all([team?.run(job), runJob(job, session, shape)]);
    // Copied out of shared memory, which some consumers of arrays refuse.
    return {
      logits: new Float32Array(job.logits),
      probabilities: new Float32Array(job.probabilities),
    };
  }

  return {
    info,
    predict(pixels, count) {
      if (count <= predictChunk) return session.run(pixels, count);
      // One job at a time: replies of the threads do not name their job.
      const next = last.then(() => predictMany(pixels, count));
      last = next.catch(() => {});
      return next;
    },
    async close() {
      await team?.close();
      await session.close();
    },
  };
}
