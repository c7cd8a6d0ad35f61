/** Writes a labelled set: annotation, labels, images; refuses to end with fewer images than it announced. */

import type { ByteSink } from '../io/byte-sink.js';
import { refuseTerminal } from '../io/output.js';
import { type Annotation, encodeAnnotation } from './annotation.js';
import { encodeHeader } from './header.js';
import { type ImageShape, imageBytes } from './items.js';
import { encodeValues, type IdxArray, typeOfArray } from './types.js';

export interface SetHeader {
  /** Left out for `--bare` and for raw items. */
  readonly annotation?: Annotation | undefined;
  /** [count] label values, where the set is labelled. */
  readonly labels?: Uint8Array | undefined;
  readonly images: ImageShape;
}

export class SetWriter {
  #written = 0;

  private constructor(
    readonly sink: ByteSink,
    readonly images: ImageShape,
  ) {}

  /** Writes everything that stands before the images. A terminal is refused with a UsageError. */
  static async open(sink: ByteSink, { annotation, labels, images }: SetHeader): Promise<SetWriter> {
    refuseTerminal(sink);
    if (labels && labels.length !== images.count)
      throw new Error(`${labels.length} labels for ${images.count} images`);
    if (annotation) await sink.write(encodeAnnotation(annotation));
    if (labels) {
      await sink.write(encodeHeader('u8', [labels.length]));
      await sink.write(labels);
    }
    await sink.write(encodeHeader(images.type, [images.count, images.rows, images.columns]));
    return new SetWriter(sink, images);
  }

  /** Writes whole images. The values are sent as they are, big-endian; the array may be reused once this resolves, unless it is of bytes. */
  async write(pixels: IdxArray): Promise<void> {
    const { type, rows, columns } = this.images;
    if (typeOfArray(pixels) !== type)
      throw new Error(`${typeOfArray(pixels)} pixels for ${type} images`);
    this.#count(pixels.length / (rows * columns));
    await this.sink.write(encodeValues(pixels));
  }

  /** Writes whole images whose bytes are already as the stream wants them, big-endian. */
  async writeBytes(bytes: Buffer): Promise<void> {
    this.#count(bytes.length / imageBytes(this.images));
    await this.sink.write(bytes);
  }

  /** Checks that every announced image was written. The sink stays open: it may have more to take. */
  finish(): void {
    if (this.#written !== this.images.count)
      throw new Error(`${this.#written} images written where ${this.images.count} were announced`);
  }

  #count(images: number): void {
    this.#written += images;
    if (!Number.isInteger(this.#written) || this.#written > this.images.count)
      throw new Error(`${this.#written} images written where ${this.images.count} were announced`);
  }
}
