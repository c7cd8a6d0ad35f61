/**
 * Log of a prediction service as a labelled set: the images that it kept and whose true label is
 * known.
 */

import { OperationalError, withSource } from '../core/errors.js';
import { isByte } from '../core/json.js';
import type { NumberedRecord } from '../ndjson/decode.js';
import { fieldFault, wholeField } from '../ndjson/record-fields.js';
import type { AnyRecord } from '../ndjson/records.js';
import { BlockBuilder } from './block-builder.js';
import type { ImageSource } from './source.js';

interface Kept {
  readonly pixels: Buffer;
  label: number | undefined;
}

/** True for the records of a service's log. */
export const isOfLog = ({ type }: AnyRecord) => type === 'served' || type === 'feedback';

/**
 * Reads a log to its end: a label may come long after its image, and the last one told counts. Memory: the pixels of the
 * images kept. What was asked in the shadow of another model was asked of that one too, and is passed over.
 */
export async function openPredictionLog(
  source: string,
  records: AsyncIterable<NumberedRecord>,
): Promise<ImageSource> {
  const log = new Log(source);
  for await (const next of records) log.take(next);
  return log.images();
}

class Log {
  readonly #kept: Kept[] = [];
  /** By request and position; the last where a request's name came twice. */
  readonly #byName = new Map<string, Kept>();
  #rows = 0;
  #columns = 0;

  constructor(readonly source: string) {}

  take({ where, record }: NumberedRecord): void {
    const { type, id, index, label } = record;
    if (!isOfLog(record) || record.shadow === true) return;
    withSource(where, () => {
      if (typeof id !== 'string') throw fieldFault(record, 'id', "a request's id");
      wholeField(record, 'index', 'a position in the request');
      if (label !== undefined && !isByte(label))
        throw fieldFault(record, 'label', 'a whole number from 0 to 255');
    });
    const name = `${index} ${id}`;
    if (type === 'served') this.#keep(record, name, where);
    else {
      const kept = this.#byName.get(name);
      if (kept) kept.label = label as number;
    }
  }

  #keep({ image, rows, columns, label }: AnyRecord, name: string, where: string): void {
    this.#byName.delete(name);
    if (image === undefined) return;
    const pixels = Buffer.from(String(image), 'base64');
    if (this.#kept.length === 0) [this.#rows, this.#columns] = [Number(rows), Number(columns)];
    if (rows !== this.#rows || columns !== this.#columns)
      throw new OperationalError(
        where,
        `an image of ${rows} × ${columns} pixels; ${this.#rows} × ${this.#columns} were expected, as in the first`,
      );
    if (typeof image !== 'string' || pixels.length !== this.#rows * this.#columns)
      throw new OperationalError(
        where,
        `'image' holds ${pixels.length} bytes; ${this.#rows} × ${this.#columns} in base64 were expected`,
      );
    const kept = { pixels, label: label as number | undefined };
    this.#kept.push(kept);
    this.#byName.set(name, kept);
  }

  images(): ImageSource {
    const labelled = this.#kept.filter(({ label }) => label !== undefined);
    const { source } = this;
    if (labelled.length === 0)
      throw new OperationalError(
        source,
        this.#kept.length === 0
          ? 'is a log without pixels; one of fmnist-serve --log-pixels was expected'
          : `is a log of ${this.#kept.length} images, and of none is the true label known; feedback was expected`,
      );
    const size = { rows: this.#rows, columns: this.#columns };
    return {
      ...size,
      source,
      annotation: undefined,
      labelled: true,
      async *blocks() {
        const block = new BlockBuilder(size, true);
        for (const { pixels, label } of labelled) {
          if (block.full) yield block.take();
          block.pixels.set(pixels, block.offset);
          block.labels[block.count++] = label!;
        }
        yield block.take();
      },
    };
  }
}
