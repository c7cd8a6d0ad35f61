/** Good and bad events of each objective, by step of time, as far back as the longest window reaches. */

export interface Count {
  readonly good: number;
  readonly total: number;
}

export class EventCounters {
  /** Step number → good and total of each objective, alternating. */
  readonly #steps = new Map<number, Float64Array>();
  readonly #whole: Float64Array;

  constructor(
    readonly objectives: number,
    /** Steps that are kept. */
    readonly reach: number,
  ) {
    this.#whole = new Float64Array(2 * objectives);
  }

  add(step: number, objective: number, good: number, total: number): void {
    let counts = this.#steps.get(step);
    if (!counts) {
      counts = new Float64Array(2 * this.objectives);
      this.#steps.set(step, counts);
    }
    for (const held of [counts, this.#whole]) {
      held[2 * objective] = held[2 * objective]! + good;
      held[2 * objective + 1] = held[2 * objective + 1]! + total;
    }
  }

  /** Of so many steps up to and with `last`. What was judged before and is judged otherwise now never makes less than none. */
  window(objective: number, last: number, steps: number): Count {
    let [good, total] = [0, 0];
    for (let step = last - steps + 1; step <= last; step++) {
      const counts = this.#steps.get(step);
      if (!counts) continue;
      good += counts[2 * objective]!;
      total += counts[2 * objective + 1]!;
    }
    return { good: Math.min(Math.max(good, 0), total), total };
  }

  /** Of everything since the watch began. */
  whole(objective: number): Count {
    return {
      good: this.#whole[2 * objective]!,
      total: this.#whole[2 * objective + 1]!,
    };
  }

  /** Forgets what no window reaches any more. */
  forget(last: number): void {
    for (const step of this.#steps.keys()) if (step <= last - this.reach) this.#steps.delete(step);
  }
}
