/** Team of a predictor's other threads. They start while the first one predicts, and join from the first job that they are ready for. */

import './no-telemetry.js';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PredictJob } from './predict-job.js';
import type { PredictWorkerStart } from './predict-worker.js';

/** Threads that share the jobs of a predictor. */
export class PredictTeam {
  readonly #workers: Worker[];
  readonly #ready = new Set<Worker>();
  #failure: Error | undefined;

  constructor(start: PredictWorkerStart, size: number) {
    this.#workers = Array.from({ length: size }, () => {
      const worker = new Worker(new URL('./predict-worker.js', import.meta.url), {
        workerData: start,
      });
      worker.once('message', () => this.#ready.add(worker));
      worker.on('error', (error) => {
        this.#failure ??= error;
      });
      // An idle thread keeps no program from ending; a job refs it.
      worker.unref();
      return worker;
    });
  }

  /** Runs a job on all threads that are ready; ends with the last of them. Rejects where one fails. */
  async run(job: PredictJob): Promise<void> {
    if (this.#failure) throw this.#failure;
    await Promise.all([...this.#ready].map((worker) => this.#runOn(worker, job)));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #runOn(worker: Worker, job: PredictJob): Promise<void> {
    worker.ref();
    const settled = new AbortController();
    const { signal } = settled;
    try {
      worker.postMessage(job);
      await Promise.race([
        once(worker, 'message', { signal }),
        once(worker, 'exit', { signal }).then(() => {
          throw this.#failure ?? new Error('a thread of the predictor has ended');
        }),
      ]);
    } finally {
      settled.abort();
      worker.unref();
    }
  }
}
