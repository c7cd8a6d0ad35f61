/** The other threads of a predictor. They start while the first predicts, and help from the first job they are ready for. */

import './no-telemetry.js';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PredictJob } from './predict-job.js';
import type { PredictWorkerStart } from './predict-worker.js';

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
      // Whoever waits for a thread says so; idle, it keeps no program from ending.
      worker.unref();
      return worker;
    });
  }

  /** Has all who are ready work on the job; fulfilled when the last of them has ended, rejected where one fails. */
  async help(job: PredictJob): Promise<void> {
    if (this.#failure) throw this.#failure;
    await Promise.all([...this.#ready].map((worker) => this.#ask(worker, job)));
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async #ask(worker: Worker, job: PredictJob): Promise<void> {
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
