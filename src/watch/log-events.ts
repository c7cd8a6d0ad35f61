/** Records of a log → events of the objectives that are told by it. */

import { DelayedLabels } from '../drift/delayed-labels.js';
import { delayedLabelOf } from '../drift/record-observations.js';
import type { AlertRecord } from '../ndjson/alert-records.js';
import type { AnyRecord } from '../ndjson/records.js';
import { isRatio, type Objective, type Rules } from './rules.js';
import { timeOf, type Watcher } from './watcher.js';

/** True for objectives that are measured by the log; the others are by metrics. */
export const toldByLog = (objective: Objective): boolean =>
  objective.kind === 'class'
    ? objective.label !== undefined
    : !['errors', 'up'].includes(objective.kind);

export class LogEvents {
  readonly #rules: Rules;
  readonly #awaited = new DelayedLabels();
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
    else if (record.type === 'served' && record.shadow !== true) yield* this.#served(record);
    else this.passed.set(record.type, (this.passed.get(record.type) ?? 0) + 1);
  }

  *#served(record: AnyRecord): Generator<AlertRecord> {
    const { id, index, ms, confidence, prediction, label } = record;
    if (typeof ms !== 'number' || typeof confidence !== 'number' || typeof prediction !== 'number')
      throw new RangeError(
        "has no 'ms', 'confidence' or 'prediction'; the log of fmnist-serve was expected",
      );
    const time = this.#time(record);
    if (label === undefined && typeof id === 'string' && typeof index === 'number')
      this.#awaited.note(id, index, { prediction, confidence });
    for (const [i, objective] of this.#rules.objectives.entries()) {
      if (!toldByLog(objective) || this.leave(objective)) continue;
      if (objective.kind === 'class')
        yield* this.watcher.count(time, i, prediction === objective.label ? 1 : 0, 1);
      else if (objective.kind === 'latency')
        yield* this.watcher.count(time, i, ms <= (objective.bound ?? 0) ? 1 : 0, 1);
      else if (objective.kind === 'confidence')
        yield* this.watcher.count(time, i, confidence >= (objective.bound ?? 0) ? 1 : 0, 1);
      else if (objective.kind === 'accuracy' && typeof label === 'number')
        yield* this.watcher.count(time, i, prediction === label ? 1 : 0, 1);
    }
    yield* this.watcher.advance(time);
  }

  *#feedback(record: AnyRecord): Generator<AlertRecord> {
    const { id, index, label } = delayedLabelOf(record);
    const answer = this.#awaited.take(id, index);
    if (!answer) return;
    const time = this.#time(record);
    for (const [i, objective] of this.#rules.objectives.entries())
      if (isRatio(objective) && objective.kind === 'accuracy' && !this.leave(objective))
        yield* this.watcher.count(time, i, answer.prediction === label ? 1 : 0, 1);
  }

  #time(record: AnyRecord, otherwise?: number): number {
    const time = timeOf(record) ?? otherwise;
    if (time === undefined) throw new RangeError("has no 'time'; ISO 8601 was expected");
    return time;
  }
}
