/** From windows that drift to alarms: a lasting drift alarms once. */

export class Alarms {
  /** Quiet windows since the last that drifted. */
  #quiet = Infinity;
  raised = 0;

  /** quietWindows: how many windows without drift must pass before drift alarms again. */
  constructor(readonly quietWindows: number) {}

  /** Takes the verdict on the next window; says whether it raises an alarm. */
  next(drift: boolean): boolean {
    if (!drift) {
      this.#quiet++;
      return false;
    }
    const alarm = this.#quiet >= this.quietWindows;
    this.#quiet = 0;
    if (alarm) this.raised++;
    return alarm;
  }
}
