/** The rules of a watch: objectives, when they alert, and whom. See fmnist-watch(1) for the file. */

/**
 * Ratio objective: the share of events that should be good. bound: milliseconds, or a confidence.
 */
export interface RatioObjective {
  readonly name: string;
  readonly kind: 'latency' | 'errors' | 'up' | 'confidence' | 'accuracy';
  /** The share that should be good, above 0 and below 1. */
  readonly share: number;
  readonly bound?: number;
}

/** Between which shares a class should be predicted. */
export interface ClassObjective {
  readonly name: string;
  readonly kind: 'class';
  /** As metrics name it, and as the log numbers it. */
  readonly class?: string;
  readonly label?: number;
  readonly from: number;
  readonly to: number;
  readonly window: number;
  readonly severity: string;
}

/** That fmnist-drift finds none. */
export interface DriftObjective {
  readonly name: string;
  readonly kind: 'drift';
  readonly severity: string;
}

export type Objective = RatioObjective | ClassObjective | DriftObjective;

/** An alert where the error budget burns so many times too fast, over a long window and, still, over a short one. */
export interface BurnRule {
  readonly long: number;
  readonly short: number;
  readonly rate: number;
  readonly severity: string;
}

export type Channel =
  | { readonly kind: 'webhook'; readonly url: string }
  | { readonly kind: 'mail'; readonly to: string; readonly from?: string }
  | { readonly kind: 'command'; readonly command: string };

export interface Rules {
  readonly objectives: readonly Objective[];
  readonly burn: readonly BurnRule[];
  /** Events below which a window says nothing. */
  readonly least: number;
  /** An alert is resolved when its condition has not held for so long: milliseconds. */
  readonly coolDown: number;
  readonly notify: readonly Channel[];
}

export const isRatio = (objective: Objective): objective is RatioObjective =>
  objective.kind !== 'class' && objective.kind !== 'drift';

/** The share of events that may be bad. Subtraction alone leaves 0.0010000000000000009 of 0.999, by which a rate of 1000 is out of reach. */
export const budgetOf = ({ share }: Pick<RatioObjective, 'share'>): number =>
  Number((1 - share).toFixed(15));

/** Resolution of time: a fifth of the shortest window, a second at least. */
export function stepOf({ burn, objectives }: Rules): number {
  const windows = [
    ...burn.flatMap(({ long, short }) => [long, short]),
    ...objectives.flatMap((objective) => (objective.kind === 'class' ? [objective.window] : [])),
  ];
  return Math.max(1000, Math.floor(Math.min(...windows) / 5 / 1000) * 1000);
}

/** The longest window: what must be remembered. */
export function longestWindow({ burn, objectives }: Rules): number {
  const windows = objectives.flatMap((o) => (o.kind === 'class' ? [o.window] : []));
  return Math.max(...burn.map(({ long }) => long), ...windows);
}
