/** Events by /metrics: the growth of counters between two readings. */

import { type MetricSample, readExposition } from '../serve/web/exposition.js';
import type { Objective, Rules } from './rules.js';
import { checkBucket, type LabelMatcher, type Signal, signalOf, type Term } from './signals.js';

/** Samples of a service's metrics by name. */
type Samples = ReadonlyMap<string, readonly MetricSample[]>;

/** Counters of an objective so far: its terms in order, then the total. */
type Counted = readonly number[];

const regexps = new Map<string, RegExp>();

function matches({ label, op, value }: LabelMatcher, labels: MetricSample['labels']): boolean {
  const found = labels[label] ?? '';
  if (op === '=') return found === value;
  let regexp = regexps.get(value);
  if (!regexp) {
    regexp = new RegExp(`^(?:${value})$`);
    regexps.set(value, regexp);
  }
  return regexp.test(found);
}

function sumOf({ metric, matchers }: Term, samples: Samples): number {
  let sum = 0;
  for (const { labels, value } of samples.get(metric) ?? [])
    if (matchers.every((matcher) => matches(matcher, labels))) sum += value;
  return sum;
}

/** OperationalError where the service has not the bucket that is asked for; one with no bucket at all has counted nothing yet. */
function countedOf(
  objective: Objective,
  { part, total, bucket }: Signal,
  samples: Samples,
  source: string,
): Counted {
  if (bucket) {
    const told = samples.get(`${bucket.metric}_bucket`) ?? [];
    const bounds = [...new Set(told.map(({ labels }) => Number(labels.le)))]
      .filter(Number.isFinite)
      .sort((a, b) => a - b);
    if (bounds.length > 0) checkBucket(objective, bucket, bounds, source);
  }
  return [...part, total].map((term) => sumOf(term, samples));
}

/** Growth since the look before. A counter that has fallen began anew, with the service. */
export class MetricsEvents {
  #before = new Map<number, Counted>();

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
      const signal = signalOf(objective);
      if (!samples || !signal || !this.told(objective)) continue;
      const now = countedOf(objective, signal, samples, this.source);
      const before = this.#before.get(i) ?? (this.fromStart ? now.map(() => 0) : now);
      this.#before.set(i, now);
      const anew = now.some((count, k) => count < before[k]!);
      const grown = now.map((count, k) => (anew ? count : count - before[k]!));
      const total = grown.at(-1)!;
      const part = signal.part.reduce((sum, { sign }, k) => sum + sign * grown[k]!, 0);
      const good = objective.kind === 'class' ? part : total - part;
      // Without a new event there may be a judgement that has changed.
      if (total > 0 || good !== 0) events.push({ objective: i, good, total });
    }
    return events;
  }
}
