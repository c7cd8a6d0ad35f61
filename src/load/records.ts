/** Results of fmnist-load as records (see fmnist-records(5)). Times in milliseconds. */

import type {
  LatencyFigures,
  LoadRatioRecord,
  LoadRecord,
  LoadSecondRecord,
  ObjectiveRecord,
} from '../ndjson/load-records.js';
import type { LatencyHistogram } from './histogram.js';
import type { ObjectiveResult } from './objective.js';
import type { RequestCounters } from './request-counters.js';

export interface LoadPlan {
  readonly target: string;
  readonly rate: number | undefined;
  readonly connections: number;
  readonly milliseconds: number;
}

/** Sums up one service. */
export function loadRecord(tally: RequestCounters, plan: LoadPlan): LoadRecord {
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
export function latencyFigures(histogram: LatencyHistogram): LatencyFigures {
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
export function secondRecords(tally: RequestCounters, target: string): LoadSecondRecord[] {
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
