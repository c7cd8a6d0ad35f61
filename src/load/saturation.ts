/** Saturation of the generator itself: a metric that it limits says nothing about the service. */

import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Saturation } from '../ndjson/load-records.js';
import { LatencyHistogram } from './histogram.js';

/** Share of a core from which on the one thread that sends and reads is taken to be the bottleneck. */
const busyShare = 0.9;
/** Milliseconds by which one request in a hundred may be late before the times are no longer to be trusted. */
const latePatience = 10;
const resolution = 10;

export class SaturationGauge {
  readonly #delay = monitorEventLoopDelay({ resolution });
  readonly #late = new LatencyHistogram();
  #busy = 0;
  #wall = 0;
  #began: { readonly at: number; readonly usage: NodeJS.CpuUsage } | undefined;

  /** Measures from here to `pause`. */
  resume(): void {
    this.#began = { at: performance.now(), usage: process.cpuUsage() };
    this.#delay.enable();
  }

  pause(): void {
    if (!this.#began) return;
    const { user, system } = process.cpuUsage(this.#began.usage);
    this.#busy += (user + system) / 1000;
    this.#wall += performance.now() - this.#began.at;
    this.#began = undefined;
    this.#delay.disable();
  }

  /** A request was taken up so many milliseconds after it was due. */
  late(milliseconds: number): void {
    this.#late.record(milliseconds);
  }

  read(): Saturation {
    // The monitor's own timer is in what it measures.
    const delay = (nanoseconds: number) =>
      Number.isFinite(nanoseconds) ? Math.max(0, nanoseconds / 1e6 - resolution) : 0;
    const figures = {
      cpu: this.#wall > 0 ? this.#busy / this.#wall : 0,
      delay: {
        p50: delay(this.#delay.percentile(50)),
        p99: delay(this.#delay.percentile(99)),
        max: delay(this.#delay.max),
      },
      late:
        this.#late.count === 0
          ? undefined
          : {
              p50: this.#late.quantile(0.5),
              p99: this.#late.quantile(0.99),
              max: this.#late.max,
            },
    };
    return { ...figures, limits: limitsOf(figures) };
  }
}

/** Limits of the generator that put the other metrics in doubt. */
export function limitsOf({ cpu, delay, late }: Omit<Saturation, 'limits'>): string[] {
  const limits: string[] = [];
  if (cpu > busyShare) limits.push(`it kept ${cpu.toFixed(2)} cores busy`);
  if (late && late.p99 > latePatience)
    limits.push(`one request in a hundred was sent ${late.p99.toFixed(0)} ms late or more`);
  if (delay.p99 > 2 * latePatience)
    limits.push(`its event loop was ${delay.p99.toFixed(0)} ms late at times`);
  return limits;
}
