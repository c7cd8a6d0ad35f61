/** Alert conditions: whether an objective is being missed, now. */

import { durationText } from './durations.js';
import type { EventCounters } from './event-counters.js';
import { budgetOf, isRatio, type Objective, type Rules } from './rules.js';

export interface Condition {
  /** Of the alert: the same objective and severity are the same alert. */
  readonly objective: Objective;
  readonly severity: string;
  readonly holds: boolean;
  /** How fast the budget burns, or the share of a class; absent where there is nothing to tell it by. */
  readonly value?: number;
  readonly limit: number;
  readonly bad: number;
  readonly total: number;
  readonly window: number;
  readonly message: string;
}

const percent = (share: number) => `${(100 * share).toPrecision(3)} %`;

/** The conditions of an objective at the end of step `last`. Of several burn rules of one severity, the first that holds counts. */
export function conditionsOf(
  rules: Rules,
  index: number,
  tally: EventCounters,
  last: number,
  step: number,
): Condition[] {
  const objective = rules.objectives[index]!;
  const steps = (window: number) => Math.max(1, Math.round(window / step));
  if (objective.kind === 'drift') return [];
  if (objective.kind === 'class') {
    const { from, to, window, severity } = objective;
    const { good, total } = tally.window(index, last, steps(window));
    const value = total > 0 ? good / total : undefined;
    const holds = value !== undefined && total >= rules.least && (value < from || value > to);
    const about = objective.class ?? `class ${objective.label}`;
    const message = `${about} was ${percent(value ?? 0)} of ${total} predictions in ${durationText(window)}; ${percent(from)} to ${percent(to)} were expected`;
    const limit = value !== undefined && value < from ? from : to;
    const seen = value === undefined ? {} : { value };
    return [{ objective, severity, holds, ...seen, limit, bad: good, total, window, message }];
  }
  const conditions = new Map<string, Condition>();
  for (const { long, short, rate, severity } of rules.burn) {
    const [far, near] = [long, short].map((window) => tally.window(index, last, steps(window))) as [
      ReturnType<EventCounters['window']>,
      ReturnType<EventCounters['window']>,
    ];
    const burnOf = ({ good, total }: typeof far) =>
      total > 0 && isRatio(objective) ? (total - good) / total / budgetOf(objective) : 0;
    const value = burnOf(far);
    const holds = far.total >= rules.least && value >= rate && burnOf(near) >= rate;
    if (conditions.get(severity)?.holds || (conditions.has(severity) && !holds)) continue;
    const bad = far.total - far.good;
    const message = `${wordsOf[objective.kind]}: ${bad} of ${far.total} in ${durationText(long)} (${percent(far.total > 0 ? bad / far.total : 0)}; at most ${percent(budgetOf(objective))} was expected), ${value.toPrecision(3)} times the rate that the budget allows`;
    conditions.set(severity, {
      objective,
      severity,
      holds,
      value,
      limit: rate,
      bad,
      total: far.total,
      window: long,
      message,
    });
  }
  return [...conditions.values()];
}

const wordsOf = {
  latency: 'slow answers',
  errors: 'failed requests',
  up: 'unanswered scrapes',
  confidence: 'predictions in doubt',
  accuracy: 'wrong predictions',
} as const;
