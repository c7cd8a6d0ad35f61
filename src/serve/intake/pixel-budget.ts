/** Counts what a request has made us hold, and refuses more: before anything is decoded. */

import { RequestError } from '../request-error.js';

export class PixelBudget {
  #left: number;

  constructor(readonly most: number) {
    this.#left = most;
  }

  /** What is left. */
  get left(): number {
    return this.#left;
  }

  /** RequestError 413 where an image, or all so far, are too large. */
  take(rows: number, columns: number, count = 1): void {
    const pixels = rows * columns * count;
    if (pixels > this.#left)
      throw new RequestError(
        413,
        `${count > 1 ? `${count} images` : 'an image'} of ${rows} × ${columns} pixels; a request may hold ${this.most} pixels in all`,
      );
    this.#left -= pixels;
  }
}
