/** Events by /metrics: the growth of counters between two readings. */

import { OperationalError } from '../core/errors.js';
import { type MetricSample, readExposition } from '../serve/web/exposition.js';
import type { Objective, Rules } from './rules.js';

/** Samples of a service's metrics by name. */
type Samples = ReadonlyMap<string, readonly MetricSample[]>;

/** Routes that predict. */
export const predicting = /predict|infer/;

/** Good and total so far, by the service's own counters. OperationalError where it does not count what the objective asks. */
export function countedOf(
  objective: Objective,
  samples: Samples,
  source: string,
): { readonly good: number; readonly total: number } | undefined {
  const sum = (name: string, wanted: (labels: MetricSample['labels']) => boolean = () => true) =>
    (samples.get(name) ?? []).reduce((all, s) => (wanted(s.labels) ? all + s.value : all), 0);
  const route = ({ route = '' }: MetricSample['labels']) => predicting.test(route);
  if (objective.kind === 'errors') {
    const name = 'fmnist_http_requests_total';
    const bad = sum(name, (labels) => route(labels) && /^5/.test(labels.status ?? ''));
    const total = sum(name, route);
    return { good: total - bad, total };
  }
  if (objective.kind === 'latency') {
    const name = 'fmnist_http_request_duration_seconds';
    const bound = bucketOf(samples, name, (objective.bound ?? 0) / 1000, objective.name, source);
    return {
      good: sum(`${name}_bucket`, (labels) => route(labels) && Number(labels.le) === bound),
      total: sum(`${name}_count`, route),
    };
  }
  if (objective.kind === 'confidence') {
    const name = 'fmnist_prediction_confidence_ratio';
    const bound = bucketOf(samples, name, objective.bound ?? 0, objective.name, source);
    const total = sum(`${name}_count`);
    return { good: total - sum(`${name}_bucket`, ({ le }) => Number(le) === bound), total };
  }
  if (objective.kind === 'accuracy') {
    const name = 'fmnist_feedback_total';
    return { good: sum(name, ({ correct }) => correct === 'true'), total: sum(name) };
  }
  if (objective.kind === 'class') {
    const name = 'fmnist_predictions_total';
    return { good: sum(name, (labels) => labels.class === objective.class), total: sum(name) };
  }
  return undefined;
}

/** The bound itself, where the histogram has a bucket for it; nothing is counted yet where it has none at all. */
function bucketOf(
  samples: Samples,
  name: string,
  bound: number,
  objective: string,
  source: string,
): number {
  const bounds = new Set(
    (samples.get(`${name}_bucket`) ?? []).map(({ labels }) => Number(labels.le)),
  );
  if (bounds.size === 0 || bounds.has(bound)) return bound;
  const finite = [...bounds].filter(Number.isFinite).sort((a, b) => a - b);
  throw new OperationalError(
    source,
    `objective '${objective}': the service has no bucket of ${bound}; one of ${finite.join(', ')} was expected`,
  );
}

/** Growth since the look before. A counter that has fallen began anew, with the service. */
export class MetricsEvents {
  #before = new Map<number, { readonly good: number; readonly total: number }>();

  constructor(
    readonly rules: Rules,
    readonly source: string,
    /** Objectives that are told by metrics. */
    readonly told: (objective: Objective) => boolean,
    /** Whether the first look counts, as growth from nothing: of a service looked at once. */
    readonly fromStart = false,
  ) {}

  /** Events of each objective since the look before; text is undefined where the service did not answer. */
  look(
    text: string | undefined,
  ): { readonly objective: number; readonly good: number; readonly total: number }[] {
    const samples = text === undefined ? undefined : readExposition(text);
    const events = [];
    for (const [i, objective] of this.rules.objectives.entries()) {
      if (objective.kind === 'up') {
        events.push({ objective: i, good: samples ? 1 : 0, total: 1 });
        continue;
      }
      if (!samples || !this.told(objective)) continue;
      const now = countedOf(objective, samples, this.source);
      if (!now) continue;
      const before = this.#before.get(i) ?? (this.fromStart ? { good: 0, total: 0 } : now);
      const anew = now.total < before.total;
      const good = Math.max(0, anew ? now.good : now.good - before.good);
      const total = anew ? now.total : now.total - before.total;
      this.#before.set(i, now);
      if (total > 0) events.push({ objective: i, good: Math.min(good, total), total });
    }
    return events;
  }
}
