/** NDJSON image records, as `fmnist-cat --format ndjson` or a few lines of any language write them. */

import { isDeepStrictEqual } from 'node:util';
import { displayName, OperationalError } from '../core/errors.js';
import { isByte, isShown, shown } from '../core/json.js';
import { type Annotation, checkAnnotation } from '../idx/annotation.js';
import { classesOf } from '../idx/classes.js';
import type { ByteReader } from '../io/byte-reader.js';
import { decodeRecords, type NumberedRecord } from '../ndjson/decode.js';
import type { ImageRecord } from '../ndjson/image-records.js';
import type { AnyRecord } from '../ndjson/records.js';
import { BlockBuilder } from './block-builder.js';
import { isOfLog, openPredictionLog } from './log-reader.js';
import type { ImageBlock, ImageSource } from './source.js';

/**
 * Opens a stream of `image` records. An `annotation` before the first says what they are; one that comes later, from
 * streams joined by hand, must name the same classes. Other records are passed over. A log of a service is told by its
 * records; half a last line of one, which the service may be writing, is passed over too.
 */
export async function openNdjson(reader: ByteReader): Promise<ImageSource> {
  const source = displayName(reader.source);
  let isLog = false;
  const records = decodeRecords(reader, undefined, ({ last, error }) => {
    if (!last || !isLog) throw error;
  });
  let annotation: Annotation | undefined;
  for (;;) {
    const next = await records.next();
    if (next.done)
      throw new OperationalError(source, 'holds no image record; at least one was expected');
    const { record } = next.value;
    if (record.type === 'image')
      return new NdjsonImages(reader.source, annotation, next.value, records);
    if (isOfLog(record)) {
      isLog = true;
      return openPredictionLog(reader.source, before(next.value, records));
    }
    annotation ??= annotationOf(next.value);
  }
}

async function* before<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

function annotationOf({ where, record }: NumberedRecord): Annotation | undefined {
  if (record.type !== 'annotation') return undefined;
  return checkAnnotation(record.annotation, where, "'annotation'");
}

class NdjsonImages implements ImageSource {
  readonly rows: number;
  readonly columns: number;
  readonly labelled: boolean;

  constructor(
    readonly source: string,
    readonly annotation: Annotation | undefined,
    readonly first: NumberedRecord,
    readonly rest: AsyncGenerator<NumberedRecord>,
  ) {
    const { rows, columns, label } = first.record;
    for (const [name, value] of Object.entries({ rows, columns })) {
      if (!Number.isInteger(value) || (value as number) < 1)
        throw new OperationalError(
          first.where,
          `'${name}' ${isShown(value)}; a whole number of at least 1 was expected`,
        );
    }
    this.rows = rows as number;
    this.columns = columns as number;
    this.labelled = label !== undefined;
  }

  async *blocks(): AsyncGenerator<ImageBlock> {
    const block = new BlockBuilder(this, this.labelled);
    this.#take(this.first, block);
    for await (const next of this.rest) {
      if (next.record.type !== 'image') this.#pass(next);
      else {
        if (block.full) yield block.take();
        this.#take(next, block);
      }
    }
    yield block.take();
  }

  /** Adds the image of a record to the block, or names what is wrong with it. */
  #take({ where, record }: NumberedRecord, block: BlockBuilder): void {
    this.#check(record, where);
    const { label, pixels } = record as ImageRecord;
    for (const [at, value] of pixels.entries()) {
      if (!isByte(value))
        throw new OperationalError(
          where,
          `pixel ${at} ${isShown(value)}; a whole number from 0 to 255 was expected`,
        );
      block.pixels[block.offset + at] = value;
    }
    block.labels[block.count++] = label ?? 0;
  }

  #pass(next: NumberedRecord): void {
    const said = annotationOf(next);
    if (said && !isDeepStrictEqual(classesOf(said), classesOf(this.annotation)))
      throw new OperationalError(
        next.where,
        'an annotation with other classes than before; the same were expected',
      );
  }

  #check({ rows, columns, label, pixels }: AnyRecord, where: string): void {
    const size = this.rows * this.columns;
    if (rows !== this.rows || columns !== this.columns)
      throw new OperationalError(
        where,
        `an image of ${rows} × ${columns} pixels; ${this.rows} × ${this.columns} were expected, as in the first`,
      );
    if ((label !== undefined) !== this.labelled)
      throw new OperationalError(
        where,
        this.labelled
          ? "has no 'label'; all images before have one"
          : "has a 'label'; the images before have none",
      );
    if (label !== undefined && !isByte(label))
      throw new OperationalError(
        where,
        `'label' ${isShown(label)}; a whole number from 0 to 255 was expected`,
      );
    if (!Array.isArray(pixels) || pixels.length !== size)
      throw new OperationalError(
        where,
        `'pixels' is ${Array.isArray(pixels) ? `a list of ${pixels.length}` : shown(pixels)}; a list of ${size} numbers was expected`,
      );
  }
}
