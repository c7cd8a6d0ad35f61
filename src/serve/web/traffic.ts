/** Figures of the service's metrics over time. Only what asks models counts as traffic: POST, and neither pages nor probes. */

import { type MetricSample, readExposition } from './exposition.js';

export interface Bucket {
  /** Upper bound, in seconds. */
  readonly bound: number;
  /** Answers that took no longer. */
  readonly count: number;
}

export interface ModelFigures {
  readonly name: string;
  readonly version: string;
  readonly workers: number;
  readonly images: number;
  /** Mean probability of the predicted class. */
  readonly confidence: number | undefined;
  /** True labels told, and how many of them were the predicted ones. */
  readonly told: number;
  readonly correct: number;
}

export interface Reading {
  /** Milliseconds. */
  readonly time: number;
  readonly requests: number;
  readonly refused: number;
  readonly failed: number;
  readonly buckets: readonly Bucket[];
  readonly waiting: number;
  readonly batches: number;
  readonly batchImages: number;
  /** Class → images. */
  readonly mix: ReadonlyMap<string, number>;
  readonly models: readonly ModelFigures[];
}

/** `time` in milliseconds. */
export function readMetrics(text: string, time: number): Reading {
  const families = readExposition(text);
  const all = (name: string) => families.get(name) ?? [];
  const requests = all('fmnist_http_requests_total').filter(({ labels }) => isTraffic(labels));
  // Explanations take a hundred times as long, and are not waited for as predictions are.
  const routes = new Set(
    requests.map(({ labels }) => labels.route).filter((route) => !route?.endsWith('/explain')),
  );
  const times = all('fmnist_http_request_duration_seconds_bucket').filter(({ labels }) =>
    routes.has(labels.route),
  );
  const predictions = all('fmnist_predictions_total');
  return {
    time,
    requests: sum(requests),
    refused: sum(requests.filter(({ labels }) => /^4/.test(labels.status ?? ''))),
    failed: sum(requests.filter(({ labels }) => /^5/.test(labels.status ?? ''))),
    buckets: bucketsOf(times),
    waiting: sum(all('fmnist_queue_images')),
    batches: sum(all('fmnist_batch_images_count')),
    batchImages: sum(all('fmnist_batch_images_sum')),
    mix: totals(
      predictions.filter(({ value }) => value > 0),
      'class',
    ),
    models: all('fmnist_model_info').map(({ labels: { model = '', version = '' } }) => {
      const of = (name: string) => sum(all(name).filter(({ labels }) => labels.model === model));
      const told = (correct: string, name = 'fmnist_feedback_total') =>
        sum(all(name).filter(({ labels }) => labels.model === model && labels.correct === correct));
      const changed = (correct: string) => told(correct, 'fmnist_feedback_changed_total');
      const answers = of('fmnist_prediction_confidence_ratio_count');
      return {
        name: model,
        version,
        workers: of('fmnist_workers'),
        images: of('fmnist_predictions_total'),
        confidence:
          answers > 0 ? of('fmnist_prediction_confidence_ratio_sum') / answers : undefined,
        told: told('true') + told('false'),
        // A label told anew counts in place of the one before.
        correct: told('true') + changed('true') - changed('false'),
      };
    }),
  };
}

export interface TrafficStep {
  /** Requests a second. */
  readonly rate: number;
  /** Seconds; undefined where nothing was answered. */
  readonly median: number | undefined;
  readonly slowest: number | undefined;
}

/** Traffic between two readings; a service that was started anew begins at 0. */
export function between(before: Reading, after: Reading): TrafficStep {
  const seconds = (after.time - before.time) / 1000;
  const anew = after.requests < before.requests;
  const buckets = after.buckets.map(({ bound, count }, i) => ({
    bound,
    count: count - (anew ? 0 : (before.buckets[i]?.count ?? 0)),
  }));
  return {
    rate: (after.requests - (anew ? 0 : before.requests)) / seconds,
    median: quantile(buckets, 0.5),
    slowest: quantile(buckets, 0.99),
  };
}

/** The value below which a share of the observations lies, evenly spread within a bucket (as histogram_quantile does); undefined of none. */
export function quantile(buckets: readonly Bucket[], share: number): number | undefined {
  const total = buckets.at(-1)?.count ?? 0;
  if (total <= 0) return undefined;
  const rank = share * total;
  let [low, under] = [0, 0];
  for (const { bound, count } of buckets) {
    if (count >= rank && count > under) {
      // Beyond the last bound nothing is known but that.
      if (!Number.isFinite(bound)) return low;
      return low + ((bound - low) * (rank - under)) / (count - under);
    }
    [low, under] = [Number.isFinite(bound) ? bound : low, count];
  }
  return low;
}

function isTraffic({ method, route = '' }: MetricSample['labels']): boolean {
  return method === 'POST' && route !== 'none' && !/^\/v1\/(admin|feedback)\b/.test(route);
}

function bucketsOf(samples: readonly MetricSample[]): Bucket[] {
  const counts = totals(samples, 'le');
  return [...counts]
    .map(([le, count]) => ({ bound: le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le), count }))
    .sort((a, b) => a.bound - b.bound);
}

function totals(samples: readonly MetricSample[], label: string): Map<string, number> {
  const all = new Map<string, number>();
  for (const { labels, value } of samples)
    all.set(labels[label] ?? '', (all.get(labels[label] ?? '') ?? 0) + value);
  return all;
}

const sum = (samples: readonly MetricSample[]) =>
  samples.reduce((total, { value }) => total + value, 0);
