/** Work that others must not wait behind: one piece at a time, a few wait, more are refused. */

import { overloaded } from './request-error.js';

export class SerialQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(
    /** Pieces that may wait or be at work. */
    readonly most: number,
    /** What a refusal calls them. */
    readonly what: string,
  ) {}

  /** RequestError 503 where too many wait. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= this.most)
      throw overloaded(`overloaded: ${this.#waiting} ${this.what} are waiting`);
    this.#waiting++;
    const result = this.#last.then(work);
    this.#last = result.catch(() => {});
    try {
      return await result;
    } finally {
      this.#waiting--;
    }
  }
}
