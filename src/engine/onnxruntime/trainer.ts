/** Data-parallel training on worker threads, each with single-threaded ONNX Runtime sessions for its micro-batches. */

import './no-telemetry.js';
import { Worker } from 'node:worker_threads';
import type { Engine } from '../engine.js';
import type { WorkerSetup } from '../parallel/protocol.js';
import { startThreads } from '../parallel/team.js';
import { openTrainer } from '../parallel/trainer.js';
import { loadOnnxRuntime } from './runtime.js';

/** Engine ONNX Runtime: the same bytes for any number of threads. */
export const onnxRuntimeEngine: Engine = {
  name: 'onnxruntime',
  createTrainer: async (plan, images) => {
    // Loaded here first, though only workers use it: an OperationalError would lose its class on the way out of a worker.
    await loadOnnxRuntime();
    return openTrainer(plan, images, {
      runs: plan.recipe.replicas,
      start: (setup) => startThreads(setup, startThread),
    });
  },
};

/** Starts a thread of training-thread.ts. */
function startThread(workerData: WorkerSetup): Worker {
  return new Worker(new URL('./training-thread.js', import.meta.url), { workerData });
}
