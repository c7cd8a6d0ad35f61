/** Gathers images, one after another, into blocks. */

import type { ImageSize } from '../image/augment/image.js';
import { type ImageBlock, imagesPerBlock } from './source.js';

export class BlockBuilder {
  /** Images so far. */
  count = 0;
  pixels: Buffer;
  labels: Uint8Array;
  readonly #most: number;
  readonly #size: number;

  constructor(
    size: ImageSize,
    readonly labelled: boolean,
  ) {
    this.#most = imagesPerBlock(size);
    this.#size = size.rows * size.columns;
    this.pixels = Buffer.allocUnsafeSlow(this.#most * this.#size);
    this.labels = new Uint8Array(this.#most);
  }

  get full(): boolean {
    return this.count === this.#most;
  }

  /** Where the next image's pixels go. */
  get offset(): number {
    return this.count * this.#size;
  }

  /** What was gathered. The builder begins anew, in other memory. */
  take(): ImageBlock {
    const block = {
      count: this.count,
      pixels: this.pixels.subarray(0, this.offset),
      labels: this.labelled ? this.labels.subarray(0, this.count) : undefined,
    };
    this.count = 0;
    this.pixels = Buffer.allocUnsafeSlow(this.#most * this.#size);
    this.labels = new Uint8Array(this.#most);
    return block;
  }
}
