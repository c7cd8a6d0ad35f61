/** Worker threads that run one model; those that die are replaced. */

import '../../engine/onnxruntime/no-telemetry.js';
import { Worker } from 'node:worker_threads';
import { OperationalError } from '../../core/errors.js';
import type { Prediction } from '../../engine/predictor.js';
import type { InferenceReply, InferenceRequest, InferenceWorkerStart } from './protocol.js';

export interface PoolOptions {
  readonly workers: number;
  /** Milliseconds after which a batch counts as stuck, and its worker is ended. */
  readonly patience: number;
  /** The worker's program; another one in tests. */
  readonly entry?: URL;
  /** Told of every worker that died or was ended because it was stuck. */
  readonly onCrash?: (reason: string) => void;
}

/** The worker died with the batch; the batch itself may be sound, and is worth another try. */
export class WorkerLostError extends Error {
  override name = 'WorkerLostError';
}

interface Seat {
  worker: Worker;
  up: boolean;
  job?: { resolve(prediction: Prediction): void; reject(error: Error): void };
  since: number;
}

export class InferencePool {
  /** Called when a worker has become free. */
  onFree: () => void = () => {};
  readonly #seats = new Set<Seat>();
  readonly #watch: NodeJS.Timeout;
  #closing = false;
  #deaths = 0;

  private constructor(
    readonly start: InferenceWorkerStart,
    readonly options: PoolOptions,
  ) {
    this.#watch = setInterval(() => this.#endStuck(), Math.min(1000, options.patience));
    this.#watch.unref();
  }

  /** Starts the workers; resolves when all of them hold the model. OperationalError, in the worker's words, where one does not. */
  static async open(start: InferenceWorkerStart, options: PoolOptions): Promise<InferencePool> {
    const pool = new InferencePool(start, options);
    try {
      await Promise.all(Array.from({ length: options.workers }, () => pool.#seat()));
    } catch (error) {
      await pool.close();
      throw error;
    }
    return pool;
  }

  /** Workers that wait for work. */
  get free(): number {
    let free = 0;
    for (const { up, job } of this.#seats) if (up && !job) free++;
    return free;
  }

  /** Workers that hold the model. */
  get up(): number {
    let up = 0;
    for (const seat of this.#seats) if (seat.up) up++;
    return up;
  }

  /** Runs a batch on a free worker, whose the pixels become. Rejects with WorkerLostError where that worker dies over it. */
  run(pixels: Uint8Array<ArrayBuffer>, count: number): Promise<Prediction> {
    for (const seat of this.#seats) {
      if (!seat.up || seat.job) continue;
      return new Promise((resolve, reject) => {
        seat.job = { resolve, reject };
        seat.since = performance.now();
        post(seat.worker, { pixels, count }, [pixels.buffer]);
      });
    }
    return Promise.reject(new WorkerLostError('no worker is free'));
  }

  /** Lets the workers finish and ends them. */
  async close(): Promise<void> {
    this.#closing = true;
    clearInterval(this.#watch);
    await Promise.all([...this.#seats].map(({ worker }) => closed(worker)));
  }

  /** Starts one worker; resolves when it holds the model. */
  #seat(): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = this.options.entry ?? new URL('./worker.js', import.meta.url);
      const seat: Seat = {
        worker: new Worker(entry, { workerData: this.start }),
        up: false,
        since: 0,
      };
      this.#seats.add(seat);
      let fault: string | undefined;
      seat.worker.on('message', (reply: InferenceReply) => {
        if (seat.up) return this.#settle(seat, reply);
        if (reply.type === 'failed') return void reject(new Error(reply.message));
        seat.up = true;
        resolve();
        this.onFree();
      });
      seat.worker.on('error', (error) => {
        fault = error.message;
      });
      seat.worker.on('exit', (code) => {
        const reason = fault ?? `ended with status ${code}`;
        this.#seats.delete(seat);
        reject(new OperationalError(this.start.source, `an inference worker ${reason}`));
        seat.job?.reject(new WorkerLostError(`the worker died (${reason})`));
        if (this.#closing || !seat.up) return;
        this.options.onCrash?.(reason);
        this.#replace();
      });
    });
  }

  #settle(seat: Seat, reply: InferenceReply): void {
    const { job } = seat;
    delete seat.job;
    this.#deaths = 0;
    if (reply.type === 'done') job?.resolve(reply);
    else if (reply.type === 'failed') job?.reject(new Error(reply.message));
    this.onFree();
  }

  /** At once after the first death, ever later where one follows the other. */
  #replace(): void {
    const pause = this.#deaths++ === 0 ? 0 : Math.min(10_000, 100 * 2 ** this.#deaths);
    setTimeout(() => {
      if (!this.#closing) this.#seat().catch(() => this.#closing || this.#replace());
    }, pause).unref();
  }

  #endStuck(): void {
    const now = performance.now();
    for (const { worker, job, since } of this.#seats)
      if (job && now - since > this.options.patience) void worker.terminate();
  }
}

function post(
  worker: Worker,
  message: InferenceRequest,
  transfer: readonly ArrayBuffer[] = [],
): void {
  worker.postMessage(message, transfer);
}

/** Asks a worker to end and waits for it, not for ever. */
function closed(worker: Worker): Promise<void> {
  return new Promise((resolve) => {
    const forced = setTimeout(() => void worker.terminate(), 5000);
    worker.once('exit', () => {
      clearTimeout(forced);
      resolve();
    });
    post(worker, 'close');
  });
}
