/** Writes Kaggle's CSV. */

import type { ImageSize } from '../image/augment/image.js';
import type { ByteSink } from '../io/byte-sink.js';
import { writeDecimals } from './decimal-bytes.js';
import type { ImageWriter, OutputBlock } from './writer.js';

export interface CsvOptions extends ImageSize {
  readonly labelled: boolean;
  readonly header: boolean;
}

/** Rows of `label,pixel1,…`; the pixels of images that are no squares are called 1x1, 1x2, … so that their size can be read back. */
export class CsvWriter implements ImageWriter {
  private constructor(
    readonly sink: ByteSink,
    readonly options: CsvOptions,
  ) {}

  static async open(sink: ByteSink, options: CsvOptions): Promise<CsvWriter> {
    if (options.header) await sink.write(`${headerOf(options)}\n`);
    return new CsvWriter(sink, options);
  }

  async write({ count, bytes, labels }: OutputBlock): Promise<void> {
    const size = this.options.rows * this.options.columns;
    const out = Buffer.allocUnsafeSlow(count * 4 * (size + 1));
    let at = 0;
    for (let i = 0; i < count; i++) {
      if (labels) {
        at = writeDecimals(out, at, labels.subarray(i, i + 1));
        out[at++] = 0x2c;
      }
      at = writeDecimals(out, at, bytes.subarray(i * size, (i + 1) * size));
      out[at++] = 0x0a;
    }
    await this.sink.write(out.subarray(0, at));
  }

  async finish(): Promise<void> {}
}

function headerOf({ rows, columns, labelled }: CsvOptions): string {
  const names = Array.from({ length: rows * columns }, (_, i) =>
    rows === columns ? `pixel${i + 1}` : `${Math.floor(i / columns) + 1}x${(i % columns) + 1}`,
  );
  return [...(labelled ? ['label'] : []), ...names].join(',');
}
