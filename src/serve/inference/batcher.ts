/**
 * Micro-batching: images of many requests share a run of the model. Whatever has come in is taken as soon as a worker
 * is free, so that batches grow with the load and a lone request never waits for company it will not get.
 */

import type { Prediction } from '../../engine/predictor.js';
import { overloaded, RequestError } from '../request-error.js';
import { WorkerLostError } from './pool.js';

/** Runner of batches; `run` is only called while `free` is above 0, and takes the pixels over. */
export interface BatchRunner {
  readonly free: number;
  onFree: () => void;
  run(pixels: Uint8Array<ArrayBuffer>, count: number): Promise<Prediction>;
}

export interface BatchOptions {
  /** Images of a batch, at most; never more. */
  readonly most: number;
  /** Milliseconds an image may wait for others; 0 is none. */
  readonly wait: number;
  /** Images that may wait; one more is refused. */
  readonly queue: number;
}

/** Observer of every batch that was run. Times in milliseconds; `waited` is that of all `parts` together. */
export interface BatchObserver {
  batch(images: number, milliseconds: number, parts: number, waited: number): void;
}

export interface BatchRequest {
  /** [count, size] raw bytes, left as they are. */
  readonly pixels: Uint8Array;
  /** From 1 to `most`. */
  readonly count: number;
  /** By performance.now(): not begun after this. */
  readonly deadline: number;
  /** A later part of a request that was let in: waits where the first part would be refused. */
  readonly continued?: boolean;
}

interface Job extends BatchRequest {
  readonly since: number;
  tries: number;
  resolve(prediction: Prediction): void;
  reject(error: Error): void;
}

export class Batcher {
  #jobs: Job[] = [];
  #waiting = 0;
  #running = 0;
  #planned = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    readonly runner: BatchRunner,
    readonly options: BatchOptions,
    readonly observer?: BatchObserver,
  ) {
    runner.onFree = () => this.#pump();
  }

  /** Images that wait. */
  get depth(): number {
    return this.#waiting;
  }

  /** Whether nothing waits and nothing runs. */
  get idle(): boolean {
    return this.#jobs.length === 0 && this.#running === 0;
  }

  /** The model's word on some images. Rejects at once with 503 where too many wait, with 504 where its time has run out. */
  predict(request: BatchRequest): Promise<Prediction> {
    const { count } = request;
    if (count < 1 || count > this.options.most)
      throw new RangeError(`a batch request of ${count} images; 1 to ${this.options.most}`);
    if (!request.continued && this.#waiting + count > this.options.queue)
      return Promise.reject(overloaded(`overloaded: ${this.#waiting} images are waiting`));
    return new Promise((resolve, reject) => {
      this.#jobs.push({ ...request, since: performance.now(), tries: 0, resolve, reject });
      this.#waiting += count;
      this.#plan();
    });
  }

  /** Once all that came in by this turn of the event loop is there: requests that arrive together go together. */
  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(() => {
      this.#planned = false;
      this.#pump();
    });
  }

  #pump(): void {
    while (this.runner.free > 0 && this.#jobs.length > 0) {
      const left = this.#patience();
      if (left > 0) {
        this.#timer ??= setTimeout(() => {
          this.#timer = undefined;
          this.#pump();
        }, left);
        return;
      }
      const jobs = this.#take();
      if (jobs.length > 0) void this.#run(jobs);
    }
  }

  /** Milliseconds for which the oldest job still waits for company. */
  #patience(): number {
    const { wait, most } = this.options;
    const [oldest] = this.#jobs;
    if (wait === 0 || this.#waiting >= most || !oldest) return 0;
    return oldest.since + wait - performance.now();
  }

  /** The jobs of the next batch, oldest first; those whose time has run out are told so. */
  #take(): Job[] {
    const now = performance.now();
    const jobs: Job[] = [];
    let images = 0;
    let taken = 0;
    for (const job of this.#jobs) {
      if (job.deadline <= now) job.reject(new RequestError(504, 'not answered in time'));
      else if (images + job.count > this.options.most) break;
      else {
        jobs.push(job);
        images += job.count;
      }
      this.#waiting -= job.count;
      taken++;
    }
    this.#jobs = this.#jobs.slice(taken);
    return jobs;
  }

  async #run(jobs: readonly Job[]): Promise<void> {
    const pixels = joined(jobs);
    const images = jobs.reduce((sum, { count }) => sum + count, 0);
    const started = performance.now();
    this.#running++;
    try {
      const { logits, probabilities } = await this.runner.run(pixels, images);
      const waited = jobs.reduce((sum, { since }) => sum + started - since, 0);
      this.observer?.batch(images, performance.now() - started, jobs.length, waited);
      const classes = probabilities.length / images;
      let from = 0;
      for (const { count, resolve } of jobs) {
        const to = from + count * classes;
        resolve({
          logits: logits.subarray(from, to),
          probabilities: probabilities.subarray(from, to),
        });
        from = to;
      }
    } catch (error) {
      this.#again(jobs, error as Error);
    } finally {
      this.#running--;
    }
  }

  /**
   * A batch that a dying worker took along is tried once more; a second failure, or another
   * error, goes to the request.
   */
  #again(jobs: readonly Job[], error: Error): void {
    const lost = error instanceof WorkerLostError;
    const again = jobs.filter((job) => lost && job.tries++ === 0);
    for (const job of jobs)
      if (!again.includes(job))
        job.reject(new RequestError(500, 'inference failed', {}, { cause: error }));
    this.#jobs = [...again, ...this.#jobs];
    for (const { count } of again) this.#waiting += count;
    if (again.length > 0) this.#plan();
  }
}

function joined(jobs: readonly Job[]): Uint8Array<ArrayBuffer> {
  const pixels = new Uint8Array(jobs.reduce((sum, job) => sum + job.pixels.length, 0));
  let at = 0;
  for (const job of jobs) {
    pixels.set(job.pixels, at);
    at += job.pixels.length;
  }
  return pixels;
}
