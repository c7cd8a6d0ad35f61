/**
 * Alert rules of an objective: the one model from which fmnist-watch judges its own windows
 * (conditions.ts) and from which the alerts for Prometheus are written (prometheus.ts).
 */

import { budgetOf, isRatio, type Objective, type Rules } from './rules.js';

/** Alerts where the share of bad events is `limit` or more over a long window and, still, over a short one. Windows in milliseconds. */
export interface BurnAlert {
  readonly kind: 'burn';
  readonly severity: string;
  readonly long: number;
  readonly short: number;
  readonly rate: number;
  readonly limit: number;
  /** Events of the long window below which it says nothing. */
  readonly least: number;
}

/** Alerts where a class's share of the predictions of a window is below `from` or above `to`. */
export interface ShareAlert {
  readonly kind: 'share';
  readonly severity: string;
  readonly window: number;
  readonly from: number;
  readonly to: number;
  readonly least: number;
}

export type AlertRule = BurnAlert | ShareAlert;

/** Of one objective, in order; none of drift, which is told by verdicts. */
export function alertRulesOf({ burn, least }: Rules, objective: Objective): AlertRule[] {
  if (isRatio(objective))
    return burn.map((rule) => ({
      kind: 'burn',
      ...rule,
      limit: burnLimit(rule.rate, objective),
      least,
    }));
  if (objective.kind === 'drift') return [];
  const { from, to, window, severity } = objective;
  return [{ kind: 'share', severity, window, from, to, least }];
}

/** The share of bad events at which the budget burns at a rate; digits that binary fractions add are left out. */
const burnLimit = (rate: number, objective: Parameters<typeof budgetOf>[0]): number =>
  Number((rate * budgetOf(objective)).toPrecision(12));
