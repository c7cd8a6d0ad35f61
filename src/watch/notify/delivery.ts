/** Alerts on their way to every channel: tried again where one fails, kept over restarts, each told once. */

import { quiet } from '../../io/quiet.js';
import type { AlertRecord } from '../../ndjson/alert-records.js';
import { errorReason } from '../error-reason.js';
import type { Channel } from '../rules.js';
import { channelName, notify } from './channels.js';

/** An alert that a channel has not had yet. */
export interface Pending {
  /** Of the channel, by its name. */
  readonly channel: string;
  readonly alert: AlertRecord;
}

export interface DeliveryOptions {
  /** Tries before an alert is left for the next start. */
  readonly tries: number;
  /** Milliseconds before the second try; doubled for each further one. */
  readonly pause: number;
  /** Told of every failure. */
  readonly failed: (channel: string, reason: string, last: boolean) => void;
  /** Told when what is pending has changed. */
  readonly changed: () => void;
  readonly send?: (channel: Channel, alert: AlertRecord) => Promise<void>;
}

export class Delivery {
  readonly #pending = new Set<Pending>();
  /** One after another in each channel, so that what is resolved is not told before it fired. */
  readonly #lines = new Map<string, Promise<void>>();
  readonly #given = new Set<Pending>();
  readonly #stop = new AbortController();

  constructor(
    readonly channels: readonly Channel[],
    readonly options: DeliveryOptions,
  ) {}

  /** To all channels, or to those it was meant for before a restart. */
  send(alert: AlertRecord, only?: string): void {
    for (const channel of this.channels) {
      const name = channelName(channel);
      if (only !== undefined && only !== name) continue;
      const pending = { channel: name, alert };
      this.#pending.add(pending);
      const line = this.#lines.get(name) ?? Promise.resolve();
      this.#lines.set(
        name,
        line.then(() => this.#deliver(channel, pending)),
      );
    }
  }

  async #deliver(channel: Channel, pending: Pending): Promise<void> {
    const { tries, pause, failed, changed, send = notify } = this.options;
    for (let attempt = 1; attempt <= tries; attempt++) {
      try {
        await send(channel, pending.alert);
        this.#pending.delete(pending);
        changed();
        return;
      } catch (error) {
        const last = attempt === tries || this.#stop.signal.aborted;
        failed(pending.channel, errorReason(error), last);
        if (last) break;
        await quiet(pause * 2 ** (attempt - 1), this.#stop.signal);
      }
    }
    this.#given.add(pending);
  }

  get pending(): Pending[] {
    return [...this.#pending];
  }

  /** How many were given up. */
  get givenUp(): number {
    return this.#given.size;
  }

  /** No more waiting between tries: the last one is made at once. */
  hurry(): void {
    this.#stop.abort();
  }

  /** When everything is told or given up. */
  async settled(): Promise<void> {
    await Promise.all(this.#lines.values());
  }
}
