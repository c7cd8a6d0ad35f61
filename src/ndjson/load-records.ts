/** Records of a load test, as fmnist-load writes them (see fmnist-records(5)). Times in milliseconds. */

import type { AnyRecord } from './records.js';

export interface LatencyFigures {
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p75: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** One service under load. */
export interface LoadRecord extends AnyRecord {
  readonly type: 'load';
  readonly target: string;
  /** `open` or `closed`. */
  readonly loop: 'open' | 'closed';
  /** Target rate, in requests a second (open loop). */
  readonly rate?: number;
  /** The most connections at a time. */
  readonly connections: number;
  /** How long the service was under load. */
  readonly seconds: number;
  readonly requests: number;
  readonly failed: number;
  readonly errors: Readonly<Record<ErrorKind, number>>;
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests and images answered rightly, a second. */
  readonly requestsPerSecond: number;
  readonly imagesPerSecond: number;
  /** From when each request was due to its response; absent where no request had one. */
  readonly latency?: LatencyFigures;
  /** From when each was sent. */
  readonly service?: LatencyFigures;
  /** Share of the labelled images that were recognised. */
  readonly accuracy?: number;
}

/** The requests that were due in one second. */
export interface LoadSecondRecord extends AnyRecord {
  readonly type: 'load-second';
  readonly target: string;
  /** From 0. */
  readonly second: number;
  readonly requests: number;
  readonly errors: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly max?: number;
}

/** All latencies, for adding up those of several runs. */
export interface LatenciesRecord extends AnyRecord {
  readonly type: 'latencies';
  readonly target: string;
  /** Pairs: the upper end of a bucket in microseconds, and how many are in it. */
  readonly buckets: readonly (readonly [microseconds: number, count: number])[];
}

/** Load on the generator itself. */
export interface GeneratorRecord extends AnyRecord, Saturation {
  readonly type: 'generator';
  readonly cpu: number;
  readonly delay: Saturation['delay'];
  readonly late: Saturation['late'];
  readonly limits: readonly string[];
}

/** Ratios of the metrics of two services. */
export interface LoadRatioRecord extends AnyRecord {
  readonly type: 'load-ratio';
  readonly target: string;
  readonly against: string;
  readonly requestsPerSecond?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly mean?: number;
}

/** An objective, kept or missed. */
export interface ObjectiveRecord extends AnyRecord {
  readonly type: 'objective';
  readonly target: string;
  /** As it was written. */
  readonly objective: string;
  readonly value?: number;
  readonly passed: boolean;
}

export type ErrorKind = (typeof errorKinds)[number];

export const errorKinds = ['status', 'timeout', 'connection', 'answer'] as const;

/** Times in milliseconds. */
export interface Saturation {
  /** Cores that this process kept busy. */
  readonly cpu: number;
  /** How late the event loop was. */
  readonly delay: { readonly p50: number; readonly p99: number; readonly max: number };
  /** How much later than they were due requests were taken up (open loop only; waiting for a connection is not in it). */
  readonly late: { readonly p50: number; readonly p99: number; readonly max: number } | undefined;
  /** Reasons why the metrics show the generator rather than the service; empty where there are none. */
  readonly limits: readonly string[];
}
