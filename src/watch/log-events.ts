/** Records of a log → events of the objectives that are told by it. */

import { describeBounds, type NumberBounds } from '../core/numbers.js';
import { delayedLabelOf } from '../drift/record-observations.js';
import type { AlertRecord } from '../ndjson/alert-records.js';
import { LabelJoin } from '../ndjson/label-join.js';
import { fieldFault, labelField, timeField, wholeField } from '../ndjson/record-fields.js';
import type { AnyRecord } from '../ndjson/records.js';
import { RequestLatencies } from './request-latencies.js';
import { isRatio, type Objective, type Rules } from './rules.js';
import type { Watcher } from './watcher.js';

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
        record.lastTime === undefined ? Date.now() : timeField(record, 'lastTime'),
        verdict(record),
        wholeField(record, 'rows'),
      );
      return;
    }
    if (record.type === 'feedback') yield* this.#feedback(record);
    else if (record.type === 'served' && record.shadow !== true) yield* this.#prediction(record);
    else this.passed.set(record.type, (this.passed.get(record.type) ?? 0) + 1);
  }

  *#prediction(record: AnyRecord): Generator<AlertRecord> {
    const { id, index } = record;
    const ms = numberFrom(record, 'ms', { min: 0 });
    const confidence = numberFrom(record, 'confidence', { min: 0, max: 1 });
    const prediction = labelField(record, 'prediction');
    const label = record.label === undefined ? undefined : labelField(record, 'label');
    const time = timeField(record, 'time');
    const named = typeof id === 'string' && typeof index === 'number';
    if (named) this.#served.note(id, index, prediction, label);
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
      else if (objective.kind === 'accuracy' && label !== undefined)
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
    const time = timeField(record, 'time');
    for (const [i, objective] of this.#rules.objectives.entries())
      if (isRatio(objective) && objective.kind === 'accuracy' && !this.leave(objective))
        yield* this.watcher.count(time, i, good, before === undefined ? 1 : 0);
  }
}

function numberFrom(record: AnyRecord, field: string, bounds: NumberBounds): number {
  const value = record[field];
  const { min = Number.NEGATIVE_INFINITY, max = 1e300 } = bounds;
  // Sums of rounded shares may pass 1 by a little.
  if (typeof value !== 'number' || !(value >= min && value <= max * 1.001))
    throw fieldFault(record, field, describeBounds(bounds));
  return value;
}

function verdict(record: AnyRecord): boolean {
  if (typeof record.drift !== 'boolean') throw fieldFault(record, 'drift', 'true or false');
  return record.drift;
}
