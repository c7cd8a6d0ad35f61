/** Records of a log → events of the objectives that are told by it. */

import { delayedLabelOf } from '../drift/record-observations.js';
import type { AlertRecord } from '../ndjson/alert-records.js';
import { LabelJoin } from '../ndjson/label-join.js';
import type { AnyRecord } from '../ndjson/records.js';
import { RequestLatencies } from './request-latencies.js';
import { isRatio, type Objective, type Rules } from './rules.js';
import { timeOf, type Watcher } from './watcher.js';

/** True for objectives that are measured by the log; the others are by metrics. */
export const toldByLog = (objective: Objective): boolean =>
  objective.kind === 'class'
    ? objective.label !== undefined
    : !['errors', 'up'].includes(objective.kind);

export class LogEvents {
  readonly #rules: Rules;
  /** Predicted labels of the images served. */
  readonly #served = new LabelJoin<number>();
  readonly #requests = new RequestLatencies();
  /** Records passed over, by type. */
  readonly passed = new Map<string, number>();

  constructor(
    readonly watcher: Watcher,
    /** Whether metrics are read too, and which objectives are left to them. */
    readonly leave: (objective: Objective) => boolean,
  ) {
    this.#rules = watcher.rules;
  }

  /** The alerts that a record brings about. RangeError where it is damaged. */
  *take(record: AnyRecord): Generator<AlertRecord> {
    if (record.type === 'drift') {
      if (record.tooFew === true) return;
      yield* this.watcher.drift(
        this.#time(record, Date.now()),
        record.drift === true,
        Number(record.rows ?? 0),
      );
      return;
    }
    if (record.type === 'feedback') yield* this.#feedback(record);
    else if (record.type === 'served' && record.shadow !== true) yield* this.#prediction(record);
    else this.passed.set(record.type, (this.passed.get(record.type) ?? 0) + 1);
  }

  *#prediction(record: AnyRecord): Generator<AlertRecord> {
    const { id, index, ms, confidence, prediction, label } = record;
    if (typeof ms !== 'number' || typeof confidence !== 'number' || typeof prediction !== 'number')
      throw new RangeError(
        "has no 'ms', 'confidence' or 'prediction'; the log of fmnist-serve was expected",
      );
    const time = this.#time(record);
    const named = typeof id === 'string' && typeof index === 'number';
    if (named)
      this.#served.note(id, index, prediction, typeof label === 'number' ? label : undefined);
    const before = named ? this.#requests.note(id, index, ms) : undefined;
    for (const [i, objective] of this.#rules.objectives.entries()) {
      if (!toldByLog(objective) || this.leave(objective)) continue;
      if (objective.kind === 'class')
        yield* this.watcher.count(time, i, prediction === objective.label ? 1 : 0, 1);
      else if (objective.kind === 'latency') {
        // A request is as slow as its slowest image: a later one may change what was judged.
        const bound = objective.bound ?? 0;
        const good = Number(Math.max(ms, before ?? 0) <= bound);
        if (before === undefined) yield* this.watcher.count(time, i, good, 1);
        else if (good === 0 && before <= bound) yield* this.watcher.count(time, i, -1, 0);
      } else if (objective.kind === 'confidence')
        yield* this.watcher.count(time, i, confidence > (objective.bound ?? 0) ? 1 : 0, 1);
      else if (objective.kind === 'accuracy' && typeof label === 'number')
        yield* this.watcher.count(time, i, prediction === label ? 1 : 0, 1);
    }
    yield* this.watcher.advance(time);
  }

  *#feedback(record: AnyRecord): Generator<AlertRecord> {
    const { id, index, label } = delayedLabelOf(record);
    const joined = this.#served.label(id, index, label);
    if (joined === undefined || joined === 'ambiguous') {
      const type = joined === 'ambiguous' ? 'ambiguous feedback' : 'feedback';
      this.passed.set(type, (this.passed.get(type) ?? 0) + 1);
      return;
    }
    const { value, before } = joined;
    // An image is judged once: a label told anew changes the judgement, by what it changes.
    const good = Number(value === label) - Number(value === before);
    const time = this.#time(record);
    for (const [i, objective] of this.#rules.objectives.entries())
      if (isRatio(objective) && objective.kind === 'accuracy' && !this.leave(objective))
        yield* this.watcher.count(time, i, good, before === undefined ? 1 : 0);
  }

  #time(record: AnyRecord, otherwise?: number): number {
    const time = timeOf(record) ?? otherwise;
    if (time === undefined) throw new RangeError("has no 'time'; ISO 8601 was expected");
    return time;
  }
}
