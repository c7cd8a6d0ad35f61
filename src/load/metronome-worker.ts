/**
 * The thread that wakes the generator when requests are due. Timers of the event loop are a millisecond coarse, which is
 * as long as a fast answer takes; a thread that sleeps on an atomic is woken within tens of microseconds, at no cost.
 */

import { parentPort } from 'node:worker_threads';
import type { Beats } from './metronome.js';

const neverChanged = new Int32Array(new SharedArrayBuffer(4));
const now = () => performance.timeOrigin + performance.now();

parentPort?.on('message', ({ start, times, stop }: Beats) => {
  const until = new Int32Array(stop);
  for (let next = 0; next < times.length && Atomics.load(until, 0) === 0; ) {
    const wait = start + times[next]! - now();
    if (wait > 0) {
      // Short enough to hear that it is to stop.
      Atomics.wait(neverChanged, 0, 0, Math.min(wait, 100));
      continue;
    }
    while (next < times.length && start + times[next]! <= now()) next++;
    parentPort?.postMessage(next);
  }
  parentPort?.postMessage(-1);
});
