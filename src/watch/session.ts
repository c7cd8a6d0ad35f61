/** One run of fmnist-watch: logs and metrics in, alerts to the output and to those who want to know, state kept. */

import { info, warn } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { damagePolicy, openCurrent, passedOver } from '../drift/open-inputs.js';
import type { ByteSink } from '../io/byte-sink.js';
import type { AlertRecord, SloRecord } from '../ndjson/alert-records.js';
import { decodeRecords, passOver } from '../ndjson/decode.js';
import { LogEvents, toldByLog } from './log-events.js';
import { MetricsEvents } from './metrics.js';
import { Delivery } from './notify/delivery.js';
import type { Objective, Rules } from './rules.js';
import { look } from './scraper.js';
import { toldByMetrics } from './signals.js';
import { readState, writeState } from './state-file.js';
import { Watcher } from './watcher.js';

export interface SessionOptions {
  readonly rules: Rules;
  readonly logs: readonly string[];
  /** URL of /metrics. */
  readonly metrics: string | undefined;
  /** Milliseconds between looks at the metrics. */
  readonly interval: number;
  readonly follow: boolean;
  readonly state: string | undefined;
  readonly tries: number;
  /** Milliseconds before the second try. */
  readonly pause: number;
  readonly writeAlert: (alert: AlertRecord) => string;
}

export interface SessionResult {
  readonly alerts: number;
  readonly standing: readonly SloRecord[];
  /** Alerts that a channel has not had. */
  readonly untold: number;
}

export class Session {
  readonly #watcher: Watcher;
  readonly #delivery: Delivery;
  readonly #metrics: MetricsEvents | undefined;
  /**
   * Aborted, with its error, when work in the background has failed: endless readers must end
   * then.
   */
  readonly #halt = new AbortController();
  /** Why the metrics do not come; said once, not at every look. */
  #silence: string | undefined;
  #alerts = 0;
  #saving: Promise<void> = Promise.resolve();

  private constructor(
    readonly io: CommandIo,
    readonly options: SessionOptions,
    readonly sink: ByteSink,
    stored: Awaited<ReturnType<typeof readState>>,
  ) {
    const { rules, metrics, logs, follow, tries, pause } = options;
    this.#watcher = new Watcher(rules, stored, {
      backwards: (ms) =>
        warn(
          io,
          `the clock went back ${ms / 1000} s, before the step that is open; what comes then counts there`,
        ),
    });
    this.#delivery = new Delivery(rules.notify, {
      tries,
      pause,
      failed: (channel, reason, last) =>
        warn(io, `${channel}: ${reason}${last ? '; given up' : '; to be tried again'}`),
      changed: () => this.#save(),
    });
    for (const { alert, channel } of stored?.pending ?? []) this.#delivery.send(alert, channel);
    const byMetrics = (objective: Objective) =>
      metrics !== undefined &&
      toldByMetrics(objective) &&
      (logs.length === 0 || !toldByLog(objective));
    if (metrics !== undefined)
      this.#metrics = new MetricsEvents(rules, metrics, byMetrics, !follow && logs.length === 0);
    for (const objective of rules.objectives)
      if (
        objective.kind !== 'drift' &&
        !byMetrics(objective) &&
        (logs.length === 0 || !toldByLog(objective))
      )
        info(
          io,
          `objective '${objective.name}' (${objective.kind}) is not watched: ${metrics !== undefined ? 'metrics tell a class by its name, as class' : logs.length === 0 ? 'neither log nor metrics tell it' : '--metrics tells it'}`,
        );
  }

  static async open(io: CommandIo, options: SessionOptions, sink: ByteSink): Promise<Session> {
    const stored = options.state === undefined ? undefined : await readState(options.state);
    return new Session(io, options, sink, stored);
  }

  /** Until the logs end, or, where they are followed, until the program is told to stop. */
  async run(): Promise<SessionResult> {
    const { logs, follow, metrics } = this.options;
    const { signal: halted } = this.#halt;
    const timer = metrics !== undefined || follow ? this.#clock() : undefined;
    try {
      if (logs.length === 0 && follow)
        await new Promise<void>((resolve) => {
          halted.addEventListener('abort', () => resolve());
          this.io.onStop(resolve);
        });
      for (const log of logs) if (!halted.aborted) await this.#read(log);
      if (metrics !== undefined && !halted.aborted) await this.#look();
    } finally {
      timer?.();
    }
    halted.throwIfAborted();
    await this.#say(this.#watcher.end());
    if (follow) this.#delivery.hurry();
    await this.#delivery.settled();
    await this.#save();
    await this.#saving;
    halted.throwIfAborted();
    return {
      alerts: this.#alerts,
      standing: this.#watcher.summary(),
      untold: this.#delivery.givenUp,
    };
  }

  async #read(log: string): Promise<void> {
    const { follow } = this.options;
    const byMetrics = this.#metrics?.told ?? (() => false);
    const events = new LogEvents(this.#watcher, byMetrics);
    const damaged = damagePolicy(this.io, follow);
    const { reader, close } = await openCurrent(this.io, log, follow, this.#halt.signal);
    try {
      for await (const numbered of decodeRecords(reader, undefined, damaged))
        try {
          await this.#say(events.take(numbered.record));
        } catch (error) {
          passOver(error, numbered, damaged);
        }
    } finally {
      await close();
    }
    for (const [type, count] of events.passed)
      if (type !== 'run' && type !== 'classes' && type !== 'drift-test')
        info(this.io, passedOver(type, count));
  }

  /** Looks and ticks at intervals; gives what stops it. */
  #clock(): () => void {
    let busy = false;
    const tick = async () => {
      if (busy) return;
      busy = true;
      try {
        await this.#look();
        // A step is judged when those who write the log have had the time to.
        if (this.options.follow)
          await this.#say(this.#watcher.advance(Date.now() - this.#watcher.step));
      } catch (error) {
        this.#halt.abort(error);
      } finally {
        busy = false;
      }
    };
    if (this.options.follow) void tick();
    const timer = setInterval(() => void tick(), this.options.interval);
    return () => clearInterval(timer);
  }

  async #look(): Promise<void> {
    const { metrics } = this.options;
    if (metrics === undefined || !this.#metrics) return;
    const text = await look(metrics, (reason) => {
      if (reason !== this.#silence) warn(this.io, `${metrics}: ${reason}`);
      this.#silence = reason;
    });
    if (text !== undefined && this.#silence !== undefined) {
      info(this.io, `${metrics}: answers again`);
      this.#silence = undefined;
    }
    const now = Date.now();
    for (const { objective, good, total } of this.#metrics.look(text))
      await this.#say(this.#watcher.count(now, objective, good, total));
  }

  async #say(alerts: Iterable<AlertRecord>): Promise<void> {
    for (const alert of alerts) {
      if (alert.state === 'firing') this.#alerts++;
      await this.sink.write(this.options.writeAlert(alert));
      this.#delivery.send(alert);
      this.#save();
    }
  }

  /** One at a time, the last of many. */
  #save(): Promise<void> {
    const { state } = this.options;
    if (state === undefined) return this.#saving;
    this.#saving = this.#saving
      .then(() =>
        writeState(this.io, state, { ...this.#watcher.state, pending: this.#delivery.pending }),
      )
      .catch((error) => this.#halt.abort(error));
    return this.#saving;
  }
}
