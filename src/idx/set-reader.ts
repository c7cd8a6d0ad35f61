/** Reads a labelled set from a stream: annotation, labels and images in either order, image batches in bounded memory. */

import { OperationalError } from '../core/errors.js';
import { ByteReader } from '../io/byte-reader.js';
import { Spool } from '../io/spool.js';
import type { Annotation } from './annotation.js';
import { readHeader } from './header.js';
import {
  checkCounts,
  checkNormalization,
  type ImageShape,
  imageShapeOf,
  isAnnotation,
  isLabels,
  readAnnotation,
  readImages,
  readLabels,
} from './items.js';
import { decodeValues, type IdxArray, type IdxTypeName, idxTypes, typeOfCode } from './types.js';

export type { ImageShape };

export interface ImageBatch {
  /** Index of the first image of the batch in the set. */
  readonly start: number;
  readonly count: number;
  /** count × rows × columns values in row-major order; valid until the next batch is read. */
  readonly pixels: IdxArray;
  /** [count] label values, where the set is labelled. */
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
  /** Bytes held in memory where labels follow the images; more wait in a temporary file. Default 64 MiB. */
  readonly memory?: number;
  /** Leave what follows the set in the reader instead of refusing it. */
  readonly more?: boolean;
}

export interface LabelledSet {
  readonly source: string;
  readonly annotation: Annotation | undefined;
  readonly images: ImageShape;
  /** [count] label values; undefined without labels. */
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
      throw new OperationalError(
        source,
        `a second annotation at byte ${at}; labels or images were expected`,
      );
  }
  if (isLabels(header)) {
    const labels = await readLabels(reader, header);
    at = reader.offset;
    if (await reader.atEnd())
      throw new OperationalError(
        source,
        `ends after ${labels.length} labels; images were expected at byte ${at}`,
      );
    const images = imageShapeOf(await readHeader(reader), source, at, options.types);
    checkNormalization(source, annotation, images);
    checkCounts(source, labels.length, images.count);
    return new OpenSet(reader, annotation, images, labels, options.more ?? false);
  }
  const images = imageShapeOf(header, source, at, options.types);
  checkNormalization(source, annotation, images);
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
  const spool = new Spool(options.memory);
  try {
    for await (const bytes of readImages(reader, images)) await spool.write(bytes);
    const at = reader.offset;
    const labels = await labelsBehind(reader, images);
    if (!labels && options.labels === 'required' && (options.more || (await reader.atEnd())))
      throw new OperationalError(
        source,
        `has ${images.count} images but no labels; labels were expected at byte ${at}`,
      );
    if (!options.more) await refuseMore(reader);
    const spooled = new ByteReader(source, spool.chunks());
    return new OpenSet(spooled, annotation, images, labels, true, () => spool.close());
  } catch (error) {
    await spool.close();
    throw error;
  }
}

class OpenSet implements LabelledSet {
  readonly source: string;
  #given = false;

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
    if (this.#given) throw new Error('the images of a set can be asked for once only');
    this.#given = true;
    const { rows, columns, type } = this.images;
    let start = 0;
    try {
      for await (const bytes of readImages(this.reader, this.images, most)) {
        const pixels = decodeValues(type, bytes);
        const count = pixels.length / (rows * columns);
        yield { start, count, pixels, labels: this.labels?.subarray(start, start + count) };
        start += count;
      }
      await this.afterImages();
    } finally {
      await this.done?.();
    }
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
    await labelsBehind(this.reader, this.images);
    await super.afterImages();
  }
}

/** The labels that stand at the reader's position, one for each of the images before them; undefined where something else does. */
async function labelsBehind(
  reader: ByteReader,
  images: ImageShape,
): Promise<Uint8Array | undefined> {
  const next = await reader.peek(4);
  // A beginning of such a header is one that is cut short.
  if (next.length === 0 || !next.equals(labelsMagic.subarray(0, next.length))) return undefined;
  const labels = await readLabels(reader, await readHeader(reader));
  checkCounts(reader.source, labels.length, images.count);
  return labels;
}

const labelsMagic = Buffer.from([0, 0, idxTypes.u8.code, 1]);

async function refuseMore(reader: ByteReader): Promise<void> {
  if (await reader.atEnd()) return;
  const next = await reader.peek(4);
  const item = next[0] === 0 && next[1] === 0 && typeOfCode(next[2] ?? 0) !== undefined;
  throw new OperationalError(
    reader.source,
    item
      ? `another IDX item at byte ${reader.offset}, behind a complete set; one set was expected (fmnist-cat joins sets)`
      : `trailing bytes from byte ${reader.offset}; the end of the stream was expected`,
  );
}
