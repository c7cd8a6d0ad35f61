/** Calls when requests are due, more finely than timers can. */

import { Worker } from 'node:worker_threads';

/** Settings of the thread. */
export interface Beats {
  /** Milliseconds since the epoch. */
  readonly start: number;
  /** [requests] milliseconds from `start`, ascending. */
  readonly times: Float64Array;
  /** One word; other than 0 ends the beats. */
  readonly stop: SharedArrayBuffer;
}

export class Metronome {
  readonly #worker = new Worker(new URL('./metronome-worker.js', import.meta.url));
  readonly #stop = new SharedArrayBuffer(4);

  /**
   * Calls `due` with how many of the times have come, each time that some have; resolves after the last, or when it is
   * stopped. `start` is on the clock of `performance.now()`.
   */
  play(start: number, times: Float64Array, due: (count: number) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const heard = (count: number) => {
        if (count >= 0) return due(count);
        this.#worker.off('message', heard);
        this.#worker.off('error', reject);
        resolve();
      };
      this.#worker.on('message', heard);
      this.#worker.once('error', reject);
      const beats: Beats = { start: performance.timeOrigin + start, times, stop: this.#stop };
      this.#worker.postMessage(beats);
    });
  }

  /** Ends what is being played, and whatever is played after it. */
  stop(): void {
    Atomics.store(new Int32Array(this.#stop), 0, 1);
  }

  async close(): Promise<void> {
    this.stop();
    await this.#worker.terminate();
  }
}
