/** Writes images as NDJSON records. */

import type { Annotation } from '../idx/annotation.js';
import type { ImageSize } from '../image/augment/image.js';
import type { ByteSink } from '../io/byte-sink.js';
import { encodeRecord } from '../ndjson/encode.js';
import type { AnnotationRecord } from '../ndjson/image-records.js';
import { writeDecimals } from './decimal-bytes.js';
import type { ImageWriter, OutputBlock } from './writer.js';

export class NdjsonWriter implements ImageWriter {
  #index = 0;

  private constructor(
    readonly sink: ByteSink,
    readonly size: ImageSize,
  ) {}

  /** The annotation, where there is one, goes first as a record of its own. */
  static async open(
    sink: ByteSink,
    size: ImageSize,
    annotation: Annotation | undefined,
  ): Promise<NdjsonWriter> {
    if (annotation) {
      const record: AnnotationRecord = { type: 'annotation', annotation };
      await sink.write(encodeRecord(record));
    }
    return new NdjsonWriter(sink, size);
  }

  async write({ count, bytes, labels }: OutputBlock): Promise<void> {
    const { rows, columns } = this.size;
    const size = rows * columns;
    const out = Buffer.allocUnsafeSlow(count * (4 * size + 128));
    let at = 0;
    for (let i = 0; i < count; i++) {
      const label = labels ? `"label":${labels[i]},` : '';
      at += out.write(
        `{"type":"image","index":${this.#index++},${label}"rows":${rows},"columns":${columns},"pixels":[`,
        at,
        'latin1',
      );
      at = writeDecimals(out, at, bytes.subarray(i * size, (i + 1) * size));
      at += out.write(']}\n', at, 'latin1');
    }
    await this.sink.write(out.subarray(0, at));
  }

  async finish(): Promise<void> {}
}
