/** Alert conditions: whether an objective is being missed, now. */

import { alertRulesOf, type BurnAlert, type ShareAlert } from './alert-rules.js';
import { durationText } from './durations.js';
import type { Count, EventCounters } from './event-counters.js';
import { budgetOf, isRatio, type Objective, type RatioObjective, type Rules } from './rules.js';

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
  const seen = (window: number) =>
    tally.window(index, last, Math.max(1, Math.round(window / step)));
  const conditions = new Map<string, Condition>();
  for (const alert of alertRulesOf(rules, objective)) {
    const { severity } = alert;
    const condition =
      alert.kind === 'share'
        ? shareCondition(objective, alert, seen(alert.window))
        : burnCondition(objective, alert, seen(alert.long), seen(alert.short));
    if (conditions.get(severity)?.holds || (conditions.has(severity) && !condition.holds)) continue;
    conditions.set(severity, condition);
  }
  return [...conditions.values()];
}

function shareCondition(
  objective: Objective,
  alert: ShareAlert,
  { good, total }: Count,
): Condition {
  const { severity, window, from, to, least } = alert;
  const value = total > 0 ? good / total : undefined;
  const holds = value !== undefined && total >= least && (value < from || value > to);
  const about =
    objective.kind === 'class' ? (objective.class ?? `class ${objective.label}`) : objective.name;
  const message = `${about} was ${percent(value ?? 0)} of ${total} predictions in ${durationText(window)}; ${percent(from)} to ${percent(to)} were expected`;
  const limit = value !== undefined && value < from ? from : to;
  const seen = value === undefined ? {} : { value };
  return { objective, severity, holds, ...seen, limit, bad: good, total, window, message };
}

function burnCondition(objective: Objective, alert: BurnAlert, far: Count, near: Count): Condition {
  const { severity, long: window, rate, limit, least } = alert;
  const budget = budgetOf(objective as RatioObjective);
  const shareOf = ({ good, total }: Count) => (total > 0 ? (total - good) / total : 0);
  const holds = far.total >= least && shareOf(far) >= limit && shareOf(near) >= limit;
  const value = shareOf(far) / budget;
  const [bad, { total }] = [far.total - far.good, far];
  const words = isRatio(objective) ? wordsOf[objective.kind] : objective.name;
  const message = `${words}: ${bad} of ${total} in ${durationText(window)} (${percent(shareOf(far))}; at most ${percent(budget)} was expected), ${value.toPrecision(3)} times the rate that the budget allows`;
  return { objective, severity, holds, value, limit: rate, bad, total, window, message };
}

const wordsOf = {
  latency: 'slow answers',
  errors: 'failed requests',
  up: 'unanswered scrapes',
  confidence: 'predictions in doubt',
  accuracy: 'wrong predictions',
} as const;
