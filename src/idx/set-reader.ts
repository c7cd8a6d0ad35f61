/** Reads a labelled set from a stream: annotation, labels and images in either order, image batches in bounded memory. */

import { TroubleError } from '../cli/errors.js';
import { ByteReader } from '../io/byte-reader.js';
import { Spool } from '../io/spool.js';
import type { Annotation } from './annotation.js';
import { readHeader } from './header.js';
import {
  checkCounts,
  type ImageShape,
  isAnnotation,
  isLabels,
  readAnnotation,
  readImages,
  readLabels,
  shapeOf,
} from './items.js';
import { decodeValues, type IdxArray, type IdxTypeName } from './types.js';

export type { ImageShape };

export interface ImageBatch {
  /** Index of the first image of the batch in the set. */
  readonly start: number;
  readonly count: number;
  /** count × rows × columns values in row-major order; valid until the next batch is asked for. */
  readonly pixels: IdxArray;
  /** One label an image, where the set is labelled. */
  readonly labels: Uint8Array | undefined;
}

export interface SetOptions {
  /**
   * `required` refuses a set without labels; `optional` takes both;
   * `ignored` streams images that come before their labels instead of spooling them.
   */
  readonly labels: 'required' | 'optional' | 'ignored';
  /** Pixel types the program can use; default u8 and f32. */
  readonly types?: readonly IdxTypeName[];
  /** Leave what follows the set in the reader instead of refusing it. */
  readonly more?: boolean;
}

export interface LabelledSet {
  readonly source: string;
  readonly annotation: Annotation | undefined;
  readonly images: ImageShape;
  readonly labels: Uint8Array | undefined;
  /** The images, once, in order, `most` at a time at most. Checks to the last byte that the stream is whole. */
  batches(most?: number): AsyncGenerator<ImageBatch>;
}

/** Opens the set at the reader's position. Reads up to the first image (all images, where labels follow them). */
export async function openSet(reader: ByteReader, options: SetOptions): Promise<LabelledSet> {
  const { source } = reader;
  let at = reader.offset;
  let header = await readHeader(reader);
  let annotation: Annotation | undefined;
  if (isAnnotation(header)) {
    annotation = await readAnnotation(reader, header, at);
    at = reader.offset;
    header = await readHeader(reader);
    if (isAnnotation(header))
      throw new TroubleError(
        source,
        `a second annotation at byte ${at}; labels or images were expected`,
      );
  }
  if (isLabels(header)) {
    const labels = await readLabels(reader, header);
    at = reader.offset;
    if (await reader.atEnd())
      throw new TroubleError(
        source,
        `ends after ${labels.length} labels; images were expected at byte ${at}`,
      );
    const images = shapeOf(await readHeader(reader), source, at, options.types);
    checkCounts(source, labels.length, images.count);
    return new OpenSet(reader, annotation, images, labels, options.more ?? false);
  }
  const images = shapeOf(header, source, at, options.types);
  if (options.labels === 'ignored')
    return new ImagesFirst(reader, annotation, images, options.more ?? false);
  return openSpooled(reader, annotation, images, options);
}

/** Images came first: they wait in a spool until the labels behind them are known, or known to be missing. */
async function openSpooled(
  reader: ByteReader,
  annotation: Annotation | undefined,
  images: ImageShape,
  options: SetOptions,
): Promise<LabelledSet> {
  const { source } = reader;
  const spool = new Spool();
  const plain = new OpenSet(reader, annotation, images, undefined, true);
  for await (const bytes of plain.rawBatches()) await spool.write(Buffer.from(bytes));
  let labels: Uint8Array | undefined;
  const at = reader.offset;
  if (!(await reader.atEnd())) {
    const next = await reader.peek(4);
    if (next[2] === 0x08 && next[3] === 1) {
      const header = await readHeader(reader);
      labels = await readLabels(reader, header);
      checkCounts(source, labels.length, images.count);
    }
    if (!options.more) await refuseMore(reader);
  }
  if (!labels && options.labels === 'required') {
    await spool.close();
    throw new TroubleError(
      source,
      `has ${images.count} images but no labels; labels were expected at byte ${at}`,
    );
  }
  const spooled = new ByteReader(source, spool.chunks());
  return new OpenSet(spooled, annotation, images, labels, true, () => spool.close());
}

class OpenSet implements LabelledSet {
  readonly source: string;
  constructor(
    protected readonly reader: ByteReader,
    readonly annotation: Annotation | undefined,
    readonly images: ImageShape,
    readonly labels: Uint8Array | undefined,
    protected readonly more: boolean,
    readonly done?: () => Promise<void>,
  ) {
    this.source = reader.source;
  }

  async *batches(most?: number): AsyncGenerator<ImageBatch> {
    const { rows, columns, type } = this.images;
    let start = 0;
    for await (const bytes of this.rawBatches(most)) {
      const pixels = decodeValues(type, bytes);
      const count = pixels.length / (rows * columns);
      yield { start, count, pixels, labels: this.labels?.subarray(start, start + count) };
      start += count;
    }
    await this.done?.();
    await this.afterImages();
  }

  rawBatches(most?: number): AsyncGenerator<Buffer> {
    return readImages(this.reader, this.images, most);
  }

  protected async afterImages(): Promise<void> {
    if (!this.more) await refuseMore(this.reader);
  }
}

/** Images first and labels of no interest: the labels are read past, and checked, behind the images. */
class ImagesFirst extends OpenSet {
  constructor(
    reader: ByteReader,
    annotation: Annotation | undefined,
    images: ImageShape,
    more: boolean,
  ) {
    super(reader, annotation, images, undefined, more);
  }

  protected override async afterImages(): Promise<void> {
    if (await this.reader.atEnd()) return;
    const next = await this.reader.peek(4);
    if (next[2] === 0x08 && next[3] === 1) {
      const labels = await readLabels(this.reader, await readHeader(this.reader));
      checkCounts(this.source, labels.length, this.images.count);
    }
    await super.afterImages();
  }
}

async function refuseMore(reader: ByteReader): Promise<void> {
  if (await reader.atEnd()) return;
  const next = await reader.peek(4);
  const item = next[0] === 0 && next[1] === 0 && [8, 9, 11, 12, 13, 14].includes(next[2] ?? 0);
  throw new TroubleError(
    reader.source,
    item
      ? `another IDX item at byte ${reader.offset}, behind a complete set; one set was expected (fmnist-cat joins sets)`
      : `trailing bytes from byte ${reader.offset}; the end of the stream was expected`,
  );
}
