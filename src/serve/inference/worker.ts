/** An inference worker: one model on one single-threaded session, one batch at a time. */

import { parentPort, workerData } from 'node:worker_threads';
import { openPredictor } from '../../engine/open-predictor.js';
import { openModel } from '../../model/model.js';
import {
  type InferenceReply,
  type InferenceRequest,
  type InferenceWorkerStart,
  workerFault,
} from './protocol.js';

const { bytes, source, engine } = workerData as InferenceWorkerStart;
const reply = (message: InferenceReply) => parentPort?.postMessage(message);

try {
  const predictor = await openPredictor(process, openModel(bytes, source), { threads: 1, engine });
  parentPort?.on('message', async (request: InferenceRequest) => {
    if (request === 'close') {
      await predictor.close();
      parentPort?.close();
      return;
    }
    try {
      const { pixels, count } = request;
      const { logits, probabilities } = await predictor.predict(pixels, count);
      const finite = probabilities.every(Number.isFinite);
      reply(
        finite
          ? { type: 'done', logits, probabilities }
          : workerFault('the model gives no finite probability'),
      );
    } catch (error) {
      reply(workerFault((error as Error).message));
    }
  });
  reply({ type: 'ready' });
} catch (error) {
  reply(workerFault((error as Error).message));
  parentPort?.close();
}
