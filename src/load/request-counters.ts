/**
 * Counters of the requests to one service: latencies, failures by kind, correct predictions; in
 * all and second by second.
 */

import type { ErrorKind } from '../ndjson/load-records.js';
import { errorKinds } from '../ndjson/load-records.js';
import { LatencyHistogram } from './histogram.js';

/** One request that is over. Times in milliseconds. */
export interface Outcome {
  /** When it was due, from the beginning of what is measured. */
  readonly due: number;
  /** From when it was due to its answer, and from when it was sent. */
  readonly latency: number;
  readonly service: number;
  readonly images: number;
  readonly status: number | undefined;
  readonly error: ErrorKind | undefined;
  readonly correct: number | undefined;
}

/** The requests that were due in one second. */
export class SecondCounters {
  readonly latency = new LatencyHistogram();
  requests = 0;
  errors = 0;
}

export class RequestCounters {
  /** Of right answers only: from when each was due, and from when it was sent. */
  readonly latency = new LatencyHistogram();
  readonly service = new LatencyHistogram();
  readonly errors: Record<ErrorKind, number> = { status: 0, timeout: 0, connection: 0, answer: 0 };
  /** How often each status was answered. */
  readonly statuses = new Map<number, number>();
  readonly seconds: SecondCounters[] = [];
  requests = 0;
  /** Images of requests that were answered. */
  images = 0;
  /** Images whose label was known, and those that were recognised. */
  judged = 0;
  correct = 0;

  add(outcome: Outcome): void {
    const { due, latency, service, images, status, error, correct } = outcome;
    this.requests++;
    if (status !== undefined) this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    const second = this.#second(due);
    second.requests++;
    if (error !== undefined) {
      this.errors[error]++;
      second.errors++;
      return;
    }
    this.latency.record(latency);
    this.service.record(service);
    second.latency.record(latency);
    this.images += images;
    if (correct !== undefined) {
      this.judged += images;
      this.correct += correct;
    }
  }

  get failed(): number {
    return errorKinds.reduce((sum, kind) => sum + this.errors[kind], 0);
  }

  #second(due: number): SecondCounters {
    const at = Math.max(0, Math.floor(due / 1000));
    while (this.seconds.length <= at) this.seconds.push(new SecondCounters());
    return this.seconds[at]!;
  }
}
