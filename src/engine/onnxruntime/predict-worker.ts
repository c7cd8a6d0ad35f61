/** Thread of a predictor: its own session of the model, and a part of every job. */

import { parentPort, workerData } from 'node:worker_threads';
import { type PredictJob, runJob } from './predict-job.js';
import { openPredictSession, type PredictShape } from './predict-session.js';

/** Plain data that a thread begins with. */
export interface PredictWorkerStart {
  /** [bytes] of the model file. */
  readonly bytes: Uint8Array;
  readonly source: string;
  readonly shape: PredictShape;
}

const { bytes, source, shape } = workerData as PredictWorkerStart;
const session = await openPredictSession(bytes, source, shape);
parentPort?.on('message', async (job: PredictJob) => {
  await runJob(job, session, shape);
  parentPort?.postMessage('done');
});
parentPort?.postMessage('ready');
