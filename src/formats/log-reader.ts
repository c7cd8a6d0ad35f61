/**
 * Log of a prediction service as a labelled set: the images that it kept and whose true label is
 * known.
 */

import { OperationalError, withSource } from '../core/errors.js';
import type { NumberedRecord } from '../ndjson/decode.js';
import { LabelJoin } from '../ndjson/label-join.js';
import { fieldFault, labelField, wholeField } from '../ndjson/record-fields.js';
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
  /** Images served; undefined for those whose pixels were not kept. The whole log is joined. */
  readonly #served = new LabelJoin<Kept | undefined>(Number.POSITIVE_INFINITY);
  /** Labels whose request id is of several requests. */
  ambiguous = 0;
  #rows = 0;
  #columns = 0;

  constructor(readonly source: string) {}

  take({ where, record }: NumberedRecord): void {
    const { type } = record;
    if (!isOfLog(record) || record.shadow === true) return;
    const [name, at, told] = withSource(where, () => namedLabel(record));
    if (type === 'served') {
      const kept = this.#keep(record, where);
      this.#served.note(name, at, kept, told);
    } else {
      const joined = this.#served.label(name, at, told!);
      if (joined === 'ambiguous') this.ambiguous++;
      else if (joined?.value) joined.value.label = told;
    }
  }

  #keep({ image, rows, columns, label }: AnyRecord, where: string): Kept | undefined {
    if (image === undefined) return undefined;
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
    return kept;
  }

  #notes(): string[] {
    if (this.ambiguous === 0) return [];
    const labels = this.ambiguous === 1 ? '1 label is' : `${this.ambiguous} labels are`;
    return [`${labels} left out: the request id is of several requests`];
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
      notes: this.#notes(),
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

/** Request, position in it and label of a record; of feedback there must be a label. RangeError for damaged fields. */
function namedLabel(record: AnyRecord): readonly [string, number, number | undefined] {
  const { type, id, label } = record;
  if (typeof id !== 'string') throw fieldFault(record, 'id', "a request's id");
  const isThere = label !== undefined || type === 'feedback';
  return [
    id,
    wholeField(record, 'index', 'a position in the request'),
    isThere ? labelField(record, 'label') : undefined,
  ];
}
