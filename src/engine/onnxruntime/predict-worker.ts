/** A thread of a predictor: its own session on the model, and part of every job. */

import { parentPort, workerData } from 'node:worker_threads';
import { type PredictJob, workOn } from './predict-job.js';
import { openPredictSession, type PredictShape } from './predict-session.js';

export interface PredictWorkerStart {
  readonly bytes: Uint8Array;
  readonly source: string;
  readonly shape: PredictShape;
}

const { bytes, source, shape } = workerData as PredictWorkerStart;
const session = await openPredictSession(bytes, source, shape);
parentPort?.on('message', async (job: PredictJob) => {
  await workOn(job, session, shape);
  parentPort?.postMessage('done');
});
parentPort?.postMessage('ready');
