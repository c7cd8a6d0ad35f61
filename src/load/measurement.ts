/** A whole measurement: warm-up, then the load, on one service or on two in turns, slice by slice, in one run. */

import type { Saturation } from '../ndjson/load-records.js';
import { Generator } from '../random/generator.js';
import { deriveKey } from '../random/key.js';
import { type ArrivalKind, arrivalTimes } from './arrivals.js';
import { Client } from './client.js';
import type { Address } from './connection.js';
import { type Load, type LoadedService, LoadGenerator } from './generator.js';
import { Metronome } from './metronome.js';
import { RequestCounters } from './request-counters.js';
import { SaturationGauge } from './saturation.js';
import { type MixedPayloads, mixed } from './workload-mix.js';

export interface Target {
  /** As it is named in reports. */
  readonly name: string;
  readonly address: Address;
  readonly payloads: readonly MixedPayloads[];
}

/** Times in seconds. */
export interface MeasurementOptions {
  readonly duration: number;
  readonly ramp: number;
  readonly warmup: number;
  readonly timeout: number;
  readonly connections: number;
  /** Requests a second: an open loop; undefined: a closed one. */
  readonly rate: number | undefined;
  readonly arrivals: ArrivalKind;
  readonly seed: number;
  /** Told the seconds that are over, those of warm-up included. */
  readonly onProgress?: (seconds: number) => void;
}

export interface MeasuredService {
  readonly target: Target;
  readonly tally: RequestCounters;
  /** Under load. */
  readonly milliseconds: number;
}

/** Seconds a service has before it is the other's turn: long enough to settle, short enough that both see the same machine. */
const longestTurn = 1;

export class Measurement {
  readonly #options: MeasurementOptions;
  readonly #metronome = new Metronome();
  readonly #gauge = new SaturationGauge();
  readonly #generator: LoadGenerator;
  readonly #targets: readonly Target[];

  constructor(targets: readonly Target[], options: MeasurementOptions) {
    this.#targets = targets;
    this.#options = options;
    this.#generator = new LoadGenerator(this.#metronome, this.#gauge);
  }

  /** Ends early; what was measured until then is reported. */
  stop(): void {
    this.#generator.stop();
  }

  get stopped(): boolean {
    return this.#generator.stopped;
  }

  /** Runs it, once. */
  async run(): Promise<{ measured: MeasuredService[]; saturation: Saturation }> {
    const { seed, connections, timeout, duration } = this.#options;
    const contests = this.#targets.map((target, i) => ({
      target,
      tally: new RequestCounters(),
      milliseconds: 0,
      subject: {
        client: new Client({ address: target.address, connections, timeout: 1000 * timeout }),
        next: mixed(target.payloads, new Generator(deriveKey(seed, 'fmnist-load', 'mix', i))),
      },
    }));
    try {
      for (const { subject } of contests) await this.#warmUp(subject);
      const load = this.#load(duration, this.#options.ramp, 'arrivals');
      const turn = turnOf(duration, contests.length);
      const turns = Math.max(1, Math.round(duration / turn));
      for (let i = 0; i < turns && !this.stopped; i++) {
        const stretch = { from: 1000 * turn * i, to: 1000 * Math.min(duration, turn * (i + 1)) };
        // Each goes first in every other round.
        const order = i % 2 === 0 ? contests : contests.toReversed();
        for (const contest of order) {
          const { subject, tally } = contest;
          contest.milliseconds += await this.#generator.run(subject, load, stretch, tally);
          this.#options.onProgress?.(this.#elapsed(contests));
        }
      }
      return { measured: contests, saturation: this.#gauge.read() };
    } finally {
      for (const { subject } of contests) subject.client.close();
      await this.#metronome.close();
    }
  }

  #elapsed(contests: readonly { readonly milliseconds: number }[]): number {
    return contests.reduce((sum, { milliseconds }) => sum + milliseconds / 1000, 0);
  }

  /** At full load, with what it takes left out of every figure. */
  async #warmUp(subject: LoadedService): Promise<void> {
    const { warmup } = this.#options;
    if (warmup === 0 || this.stopped) return;
    const generator = new LoadGenerator(this.#metronome, new SaturationGauge());
    const load = this.#load(warmup, 0, 'warm-up');
    await generator.run(subject, load, { from: 0, to: 1000 * warmup });
  }

  /** Both services get the same arrivals. */
  #load(duration: number, ramp: number, purpose: string): Load {
    const { rate, arrivals: kind, connections, seed } = this.#options;
    if (rate === undefined) return { connections, ramp: 1000 * ramp };
    const generator = new Generator(deriveKey(seed, 'fmnist-load', purpose));
    return { times: arrivalTimes({ kind, rate, ramp, duration }, generator) };
  }
}

/** One turn for a service that is alone, short ones for two. */
function turnOf(duration: number, services: number): number {
  return services === 1 ? duration : Math.min(longestTurn, duration / 4);
}
