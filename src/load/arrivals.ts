/**
 * Arrival times of an open loop: evenly spaced or as a Poisson process, from a rate that may grow
 * to its full height.
 */

import type { Generator } from '../random/generator.js';

export const arrivalKinds = ['poisson', 'even'] as const;
export type ArrivalKind = (typeof arrivalKinds)[number];

export interface ArrivalOptions {
  readonly kind: ArrivalKind;
  /** Requests a second, once the ramp is over. */
  readonly rate: number;
  /** Seconds in which the rate grows evenly from nothing. */
  readonly ramp: number;
  /** Seconds in all, the ramp's included. */
  readonly duration: number;
}

/**
 * Times in milliseconds from the start, ascending. A process of rate 1 is stretched by the inverse of the integrated
 * rate (Çinlar, Introduction to Stochastic Processes, 1975, section 4.7), which is exact for both kinds.
 */
export function arrivalTimes(options: ArrivalOptions, generator: Generator): Float64Array {
  const { kind, rate, ramp, duration } = options;
  const total = expectedArrivals(options);
  const times: number[] = [];
  // Even arrivals stand in the middle of their intervals, so that any duration has as many as its rate says.
  let passed = kind === 'even' ? 0.5 : 0;
  for (;;) {
    if (kind === 'poisson') passed -= Math.log(1 - generator.uniform());
    if (passed >= total) return Float64Array.from(times);
    const seconds =
      passed < (rate * ramp) / 2 ? Math.sqrt((2 * passed * ramp) / rate) : passed / rate + ramp / 2;
    if (seconds >= duration) return Float64Array.from(times);
    times.push(1000 * seconds);
    if (kind === 'even') passed += 1;
  }
}

/** The integral of the rate: how many requests there are on average. */
export function expectedArrivals({ rate, ramp, duration }: ArrivalOptions): number {
  if (duration < ramp) return (rate * duration * duration) / ramp / 2;
  return rate * (duration - ramp / 2);
}
