/**
 * Turns events into alerts. Time is that of the events; where none come, the owner of the watcher
 * moves it on.
 */

import type { AlertRecord, SloRecord } from '../ndjson/alert-records.js';
import { type Condition, conditionsOf } from './conditions.js';
import { durationText } from './durations.js';
import { EventCounters } from './event-counters.js';
import { budgetOf, isRatio, longestWindow, type Objective, type Rules, stepOf } from './rules.js';

/** An alert that is firing: since when, and until when its condition held. */
export interface Firing {
  readonly since: number;
  readonly held: number;
}

export interface WatchState {
  /** Up to when everything has been judged: milliseconds since 1970. */
  readonly until: number;
  readonly firing: Readonly<Record<string, Firing>>;
}

export interface WatcherEvents {
  /** An event is older than the step that is open: it counts there all the same. Once a step. */
  readonly backwards?: (milliseconds: number) => void;
}

const keyOf = (objective: string, severity: string) => `${objective} ${severity}`;

export class Watcher {
  readonly step: number;
  readonly #tally: EventCounters;
  readonly #firing = new Map<string, Firing>();
  #open: number | undefined;
  #until: number;
  #told = false;
  /** Of each drift objective: whether the last verdict was drift, and its time. */
  #drift: { readonly found: boolean; readonly rows: number } | undefined;
  #driftSeen = 0;

  constructor(
    readonly rules: Rules,
    state: WatchState = { until: Number.NEGATIVE_INFINITY, firing: {} },
    readonly events: WatcherEvents = {},
  ) {
    this.step = stepOf(rules);
    this.#tally = new EventCounters(
      rules.objectives.length,
      Math.ceil(longestWindow(rules) / this.step) + 1,
    );
    this.#until = state.until;
    for (const [key, firing] of Object.entries(state.firing)) this.#firing.set(key, firing);
  }

  /** So many events of an objective at a time. Gives the alerts of the steps that it ends. */
  *count(time: number, objective: number, good: number, total: number): Generator<AlertRecord> {
    yield* this.advance(time);
    const step = Math.floor(time / this.step);
    if (step < this.#open! && !this.#told) {
      this.#told = true;
      this.events.backwards?.(this.#open! * this.step - time);
    }
    this.#tally.add(this.#open!, objective, good, total);
  }

  /** A verdict of fmnist-drift. */
  *drift(time: number, found: boolean, rows: number): Generator<AlertRecord> {
    yield* this.advance(time);
    this.#drift = { found, rows };
    if (found) this.#driftSeen++;
    if (time < this.#until) return;
    for (const objective of this.rules.objectives)
      if (objective.kind === 'drift')
        yield* this.#judge(driftCondition(objective, found, rows), time);
  }

  /** Time goes on: judges every step that is over. */
  *advance(time: number): Generator<AlertRecord> {
    const step = Math.floor(time / this.step);
    this.#open ??= step;
    // Beyond the longest window and the cool-down, one empty step is like another.
    const silence = Math.ceil((longestWindow(this.rules) + this.rules.coolDown) / this.step) + 2;
    while (this.#open < step) {
      yield* this.#close(this.#open);
      this.#open = step - this.#open > silence + 1 && this.#isIdle() ? step : this.#open + 1;
    }
  }

  /** Judges the step that is open, as it is: at the end of a log. */
  *end(): Generator<AlertRecord> {
    if (this.#open !== undefined) yield* this.#close(this.#open);
  }

  *#close(step: number): Generator<AlertRecord> {
    this.#told = false;
    const time = (step + 1) * this.step;
    if (time <= this.#until) return;
    for (const index of this.rules.objectives.keys())
      for (const condition of conditionsOf(this.rules, index, this.#tally, step, this.step))
        yield* this.#judge(condition, time);
    for (const objective of this.rules.objectives)
      if (objective.kind === 'drift' && this.#drift)
        yield* this.#judge(driftCondition(objective, this.#drift.found, this.#drift.rows), time);
    this.#until = time;
    this.#tally.forget(step);
  }

  *#judge(condition: Condition, time: number): Generator<AlertRecord> {
    const key = keyOf(condition.objective.name, condition.severity);
    const firing = this.#firing.get(key);
    if (condition.holds) {
      this.#firing.set(key, { since: firing?.since ?? time, held: time });
      if (!firing) yield alertOf(condition, 'firing', time, time);
    } else if (firing && time - firing.held >= this.rules.coolDown) {
      this.#firing.delete(key);
      const message = `kept again for ${durationText(this.rules.coolDown)}`;
      yield alertOf({ ...condition, message }, 'resolved', time, firing.since);
    }
  }

  #isIdle(): boolean {
    const last = this.#open!;
    const steps = this.#tally.reach;
    return this.rules.objectives.every((_, i) => this.#tally.window(i, last, steps).total === 0);
  }

  /** What must be known to go on after a restart, without saying anything twice. */
  get state(): WatchState {
    return { until: this.#until, firing: Object.fromEntries(this.#firing) };
  }

  /** How all objectives stand. */
  summary(): SloRecord[] {
    return this.rules.objectives.map((objective, i) => this.#standing(objective, i));
  }

  #standing(objective: Objective, index: number): SloRecord {
    const { name, kind } = objective;
    const firing = [...this.#firing.keys()].some((key) => key.startsWith(`${name} `));
    if (kind === 'drift') {
      const seen = this.#drift !== undefined;
      const total = seen ? 1 : 0;
      const good = this.#drift?.found === false ? 1 : 0;
      return {
        type: 'slo',
        name,
        kind,
        good,
        total,
        ...(seen ? { met: this.#driftSeen === 0 } : {}),
        firing,
      };
    }
    const { good, total } = this.#tally.whole(index);
    const head = { type: 'slo' as const, name, kind, good, total };
    if (total === 0) return { ...head, firing };
    const share = good / total;
    if (!isRatio(objective)) {
      const { from, to } = objective;
      return { ...head, share, from, to, met: share >= from && share <= to, firing };
    }
    const target = objective.share;
    const budgetUsed = (total - good) / total / budgetOf(objective);
    return { ...head, share, target, met: share >= target, budgetUsed, firing };
  }
}

function driftCondition(
  objective: Objective & { readonly kind: 'drift' },
  found: boolean,
  rows: number,
): Condition {
  const message = found ? `drift was found in ${rows} rows` : `no drift in ${rows} rows`;
  const { severity } = objective;
  return {
    objective,
    severity,
    holds: found,
    limit: 0,
    bad: found ? 1 : 0,
    total: rows,
    window: 0,
    message,
  };
}

function alertOf(
  { objective, severity, value, limit, bad, total, window, message }: Condition,
  state: AlertRecord['state'],
  time: number,
  since: number,
): AlertRecord {
  return {
    type: 'alert',
    state,
    objective: objective.name,
    kind: objective.kind,
    severity,
    time: new Date(time).toISOString(),
    since: new Date(since).toISOString(),
    message,
    ...(objective.kind === 'drift'
      ? {}
      : { ...(value === undefined ? {} : { value }), limit, bad, total, window }),
  };
}
