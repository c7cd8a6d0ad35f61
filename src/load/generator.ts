/**
 * The load itself. Closed loop: each connection asks again as soon as it is answered. Open loop: requests are sent when
 * they are due, however slow the answers, and timed from when they were due, so that a service that stalls does not hide
 * it by keeping the next requests back ("coordinated omission", G. Tene, How NOT to Measure Latency, 2013).
 */

import type { Client } from './client.js';
import type { Metronome } from './metronome.js';
import type { Payload } from './payloads.js';
import { RequestCounters } from './request-counters.js';
import type { SaturationGauge } from './saturation.js';

export interface LoadedService {
  readonly client: Client;
  readonly next: () => Payload;
}

/** A stretch of the measurement, in milliseconds of the time that this service is given in all. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

export interface OpenLoad {
  /** [requests] milliseconds from the start, ascending. */
  readonly times: Float64Array;
}

export interface ClosedLoad {
  readonly connections: number;
  /** Milliseconds until the last of them has begun. */
  readonly ramp: number;
}

export type Load = OpenLoad | ClosedLoad;

export class LoadGenerator {
  readonly #metronome: Metronome;
  readonly #gauge: SaturationGauge;
  #stopped = false;

  constructor(metronome: Metronome, gauge: SaturationGauge) {
    this.#metronome = metronome;
    this.#gauge = gauge;
  }

  /** Lets go after what is under way: `run` then resolves early. */
  stop(): void {
    this.#stopped = true;
    this.#metronome.stop();
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Puts a stretch of the load on a service and adds what comes of it; resolves, with the milliseconds it took, when all is answered. */
  async run(
    service: LoadedService,
    load: Load,
    stretch: Stretch,
    tally = new RequestCounters(),
  ): Promise<number> {
    const begun = performance.now();
    this.#gauge.resume();
    // Due times of the tally go on where the last stretch left off.
    const origin = begun - stretch.from;
    if ('times' in load) await this.#open(service, load.times, stretch, origin, tally);
    else await this.#closed(service, load, stretch, origin, tally);
    await service.client.drained();
    this.#gauge.pause();
    return performance.now() - begun;
  }

  async #open(
    { client, next }: LoadedService,
    times: Float64Array,
    { from, to }: Stretch,
    origin: number,
    tally: RequestCounters,
  ): Promise<void> {
    const due = times.subarray(firstFrom(times, from), firstFrom(times, to));
    let asked = 0;
    await this.#metronome.play(origin, due, (count) => {
      for (; asked < count && !this.#stopped; asked++) {
        const at = due[asked]!;
        this.#gauge.late(performance.now() - origin - at);
        client.ask(next(), origin + at, (outcome) => tally.add({ due: at, ...outcome }));
      }
    });
  }

  async #closed(
    { client, next }: LoadedService,
    { connections, ramp }: ClosedLoad,
    { from, to }: Stretch,
    origin: number,
    tally: RequestCounters,
  ): Promise<void> {
    const ends = origin + to;
    const oneLine = async (i: number) => {
      const begins = (ramp * i) / connections;
      if (begins >= to) return;
      if (begins > from) await waitFor(begins - from);
      while (performance.now() < ends && !this.#stopped) {
        const due = performance.now();
        const failed = await new Promise<boolean>((resolve) => {
          client.ask(next(), due, (outcome) => {
            tally.add({ due: due - origin, ...outcome });
            resolve(outcome.error === 'connection');
          });
        });
        // Where no server listens, connecting again at once would only count refused connections.
        if (failed) await waitFor(20);
      }
    };
    await Promise.all(Array.from({ length: connections }, (_, i) => oneLine(i)));
  }
}

const waitFor = (milliseconds: number) =>
  new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

/** Index of the first time not before `from`. */
function firstFrom(times: Float64Array, from: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
