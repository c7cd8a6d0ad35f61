/**
 * Metrics that an objective counts: the one description by which fmnist-watch adds counters up
 * (metrics.ts) and by which the expressions for Prometheus are written (prometheus.ts).
 */

import { OperationalError } from '../core/errors.js';
import { confidenceBounds, predictingRoutes, secondBounds } from '../serve/metrics/buckets.js';
import type { Objective, Rules } from './rules.js';

/** A label's value, or a regular expression (RE2) that matches the whole of it. */
export interface LabelMatcher {
  readonly label: string;
  readonly op: '=' | '=~';
  readonly value: string;
}

/** The sum of the counters of a name whose labels match, added or taken away. */
export interface Term {
  readonly sign: 1 | -1;
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
  /** True where a service without such a counter cannot tell the objective; otherwise what has no counter has not happened. */
  readonly needed: boolean;
}

/** A bucket that a histogram must have. */
export interface NeededBucket {
  readonly metric: string;
  readonly bound: number;
  /** Bounds that fmnist-serve has. */
  readonly bounds: readonly number[];
}

export interface Signal {
  /** Bad events of a ratio objective; the class's predictions of a class objective. */
  readonly part: readonly Term[];
  readonly total: Term;
  readonly bucket?: NeededBucket;
}

const routes: LabelMatcher = { label: 'route', op: '=~', value: predictingRoutes };

function term(metric: string, matchers: readonly LabelMatcher[] = [], sign: 1 | -1 = 1): Term {
  return { sign, metric, matchers, needed: false };
}

/** Undefined where the service has no metric for it; `up` is told by looking itself. */
export function signalOf(objective: Objective): Signal | undefined {
  if (objective.kind === 'errors') {
    const metric = 'fmnist_http_requests_total';
    const failed: LabelMatcher = { label: 'status', op: '=~', value: '5..' };
    return { part: [term(metric, [routes, failed])], total: term(metric, [routes]) };
  }
  if (objective.kind === 'latency') {
    const metric = 'fmnist_http_request_duration_seconds';
    const bucket = { metric, bound: (objective.bound ?? 0) / 1000, bounds: secondBounds };
    const total = term(`${metric}_count`, [routes]);
    return { part: [total, under(bucket, [routes], -1)], total, bucket };
  }
  if (objective.kind === 'confidence') {
    const metric = 'fmnist_prediction_confidence_ratio';
    const bucket = { metric, bound: objective.bound ?? 0, bounds: confidenceBounds };
    return { part: [under(bucket, [], 1)], total: term(`${metric}_count`), bucket };
  }
  if (objective.kind === 'accuracy') {
    // An image counts once, by its last label: what a later label changed is added or taken away.
    const [metric, changed] = ['fmnist_feedback_total', 'fmnist_feedback_changed_total'];
    const correct = (value: string): LabelMatcher[] => [{ label: 'correct', op: '=', value }];
    const part = [
      term(metric, correct('false')),
      term(changed, correct('false')),
      term(changed, correct('true'), -1),
    ];
    return { part, total: term(metric) };
  }
  if (objective.kind === 'class' && objective.class !== undefined) {
    const metric = 'fmnist_predictions_total';
    const named: LabelMatcher = { label: 'class', op: '=', value: objective.class };
    return { part: [term(metric, [named])], total: term(metric) };
  }
  return undefined;
}

/** Events up to a bucket's bound. Prometheus 3 stores `le="1"` as `1.0`; before it, as it is told. */
function under(
  { metric, bound }: NeededBucket,
  matchers: readonly LabelMatcher[],
  sign: 1 | -1,
): Term {
  const le: LabelMatcher = Number.isInteger(bound)
    ? { label: 'le', op: '=~', value: `${bound}|${bound}[.]0` }
    : { label: 'le', op: '=', value: String(bound) };
  return { ...term(`${metric}_bucket`, [...matchers, le], sign), needed: true };
}

/** True for objectives that metrics tell. */
export const toldByMetrics = (objective: Objective): boolean =>
  objective.kind === 'up' || signalOf(objective) !== undefined;

/** OperationalError where a histogram with these bounds has no bucket for the objective. */
export function checkBucket(
  { name }: Objective,
  { bound }: NeededBucket,
  bounds: readonly number[],
  source: string,
): void {
  if (bounds.includes(bound)) return;
  throw new OperationalError(
    source,
    `objective '${name}': the service has no bucket of ${bound}; one of ${bounds.join(', ')} was expected`,
  );
}

/** OperationalError, naming `source`, for rules that ask for a bucket that fmnist-serve does not have. */
export function checkBuckets({ objectives }: Rules, source: string): void {
  for (const objective of objectives) {
    const bucket = signalOf(objective)?.bucket;
    if (bucket) checkBucket(objective, bucket, bucket.bounds, source);
  }
}
