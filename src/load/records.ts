/** What fmnist-load reports, as records (see fmnist-records(5)). Times in milliseconds. */

import type { AnyRecord } from '../ndjson/records.js';
import type { Histogram } from './histogram.js';
import type { ObjectiveResult } from './objective.js';
import type { ErrorKind, Tally } from './request-counters.js';
import type { Saturation } from './saturation.js';

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
  /** Requests a second that were asked for (open loop). */
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
  /** From when each request was due to its answer; absent where none was answered. */
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

/** How hard the generator itself worked. */
export interface GeneratorRecord extends AnyRecord, Saturation {
  readonly type: 'generator';
  readonly cpu: number;
  readonly delay: Saturation['delay'];
  readonly late: Saturation['late'];
  readonly limits: readonly string[];
}

/** A figure of the one service over that of the other. */
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

export interface LoadPlan {
  readonly target: string;
  readonly rate: number | undefined;
  readonly connections: number;
  readonly milliseconds: number;
}

/** Sums up one service. */
export function loadRecord(tally: Tally, plan: LoadPlan): LoadRecord {
  const { target, rate, connections, milliseconds } = plan;
  const seconds = milliseconds / 1000;
  const answered = tally.latency.count;
  return {
    type: 'load',
    target,
    loop: rate === undefined ? 'closed' : 'open',
    ...(rate === undefined ? {} : { rate }),
    connections,
    seconds,
    requests: tally.requests,
    failed: tally.failed,
    errors: { ...tally.errors },
    statuses: Object.fromEntries([...tally.statuses].sort(([a], [b]) => a - b)),
    requestsPerSecond: seconds > 0 ? answered / seconds : 0,
    imagesPerSecond: seconds > 0 ? tally.images / seconds : 0,
    ...(answered > 0
      ? { latency: latencyFigures(tally.latency), service: latencyFigures(tally.service) }
      : {}),
    ...(tally.judged > 0 ? { accuracy: tally.correct / tally.judged } : {}),
  };
}

/** The usual quantiles of a histogram that holds something. */
export function latencyFigures(histogram: Histogram): LatencyFigures {
  return {
    min: histogram.min,
    mean: histogram.mean,
    p50: histogram.quantile(0.5),
    p75: histogram.quantile(0.75),
    p90: histogram.quantile(0.9),
    p95: histogram.quantile(0.95),
    p99: histogram.quantile(0.99),
    p999: histogram.quantile(0.999),
    max: histogram.max,
  };
}

/** The seconds of a run that had requests. */
export function secondRecords(tally: Tally, target: string): LoadSecondRecord[] {
  return tally.seconds.flatMap(({ latency, requests, errors }, second) => {
    if (requests === 0) return [];
    const times =
      latency.count > 0
        ? { p50: latency.quantile(0.5), p99: latency.quantile(0.99), max: latency.max }
        : {};
    return [{ type: 'load-second' as const, target, second, requests, errors, ...times }];
  });
}

/** The first service's figures over the second's; only those that both have. */
export function ratioRecord(of: LoadRecord, to: LoadRecord): LoadRatioRecord {
  const ratio = (name: string, a: number | undefined, b: number | undefined) =>
    a !== undefined && b !== undefined && b > 0 ? { [name]: a / b } : {};
  return {
    type: 'load-ratio',
    target: of.target,
    against: to.target,
    ...ratio('requestsPerSecond', of.requestsPerSecond, to.requestsPerSecond),
    ...ratio('p50', of.latency?.p50, to.latency?.p50),
    ...ratio('p99', of.latency?.p99, to.latency?.p99),
    ...ratio('mean', of.latency?.mean, to.latency?.mean),
  };
}

export function objectiveRecord(
  target: string,
  { objective, value, passed }: ObjectiveResult,
): ObjectiveRecord {
  return {
    type: 'objective',
    target,
    objective: objective.text,
    ...(value === undefined ? {} : { value }),
    passed,
  };
}
