/** Reads a labelled set from a stream: annotation, labels and images in either order, image batches in bounded memory. */

import { TroubleError } from '../cli/errors.js';
import { ByteReader } from '../io/byte-reader.js';
import { Spool } from '../io/spool.js';
import { type Annotation, decodeAnnotation } from './annotation.js';
import { type IdxHeader, payloadBytes, readHeader } from './header.js';
import { decodeValues, type IdxArray, type IdxTypeName } from './types.js';

export interface ImageShape {
  readonly type: IdxTypeName;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

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

const annotationLimit = 16 << 20;
/** Values a batch at most, unless the caller says otherwise: 1 MiB of bytes. */
const batchValues = 1 << 20;

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
    const images = shapeOf(await readHeader(reader), source, at, options);
    checkCounts(source, labels.length, images.count);
    return new OpenSet(reader, annotation, images, labels, options.more ?? false);
  }
  const images = shapeOf(header, source, at, options);
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

  async *rawBatches(most?: number): AsyncGenerator<Buffer> {
    const { count, rows, columns, type } = this.images;
    const header: IdxHeader = {
      type: { name: type, code: 0, size: sizeOf(type) },
      shape: [1, rows, columns],
    };
    const unit = payloadBytes(header);
    const limit = most ?? Math.max(1, Math.floor(batchValues / (rows * columns)));
    const begin = this.reader.offset;
    for (let done = 0; done < count; ) {
      const bytes = await this.reader.readUnits(unit, Math.min(limit, count - done));
      if (bytes.length === 0 || bytes.length % unit !== 0)
        throw new TroubleError(
          this.source,
          `cut short in the images at byte ${this.reader.offset}: ${count} images (${count * unit} bytes from byte ${begin}) were expected, ${done + Math.floor(bytes.length / unit)} whole ones are there`,
        );
      yield bytes;
      done += bytes.length / unit;
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
    if (await this.reader.atEnd()) return;
    const next = await this.reader.peek(4);
    if (next[2] === 0x08 && next[3] === 1) {
      const labels = await readLabels(this.reader, await readHeader(this.reader));
      checkCounts(this.source, labels.length, this.images.count);
    }
    await super.afterImages();
  }
}

const isAnnotation = ({ type, shape }: IdxHeader) => type.name === 'i8' && shape.length === 1;
const isLabels = ({ type, shape }: IdxHeader) => type.name === 'u8' && shape.length === 1;
const sizeOf = (type: IdxTypeName): 1 | 2 | 4 | 8 =>
  type === 'u8' || type === 'i8' ? 1 : type === 'i16' ? 2 : type === 'f64' ? 8 : 4;

async function readAnnotation(
  reader: ByteReader,
  header: IdxHeader,
  at: number,
): Promise<Annotation> {
  const size = payloadBytes(header);
  if (size > annotationLimit)
    throw new TroubleError(
      reader.source,
      `the annotation at byte ${at} claims ${size} bytes; at most ${annotationLimit} were expected`,
    );
  const bytes = await reader.read(size);
  if (bytes.length < size)
    throw new TroubleError(
      reader.source,
      `cut short in the annotation at byte ${at}: ${size} bytes were expected, ${bytes.length} are there`,
    );
  return decodeAnnotation(bytes, reader.source, at);
}

/** Grows with what is there, not with what the header claims. */
async function readLabels(reader: ByteReader, header: IdxHeader): Promise<Uint8Array> {
  const count = payloadBytes(header);
  const begin = reader.offset;
  const parts: Buffer[] = [];
  for (let got = 0; got < count; ) {
    const part = await reader.read(Math.min(1 << 20, count - got));
    if (part.length === 0)
      throw new TroubleError(
        reader.source,
        `cut short in the labels at byte ${reader.offset}: ${count} labels from byte ${begin} were expected, ${got} are there`,
      );
    parts.push(part);
    got += part.length;
  }
  return new Uint8Array(Buffer.concat(parts));
}

function shapeOf(header: IdxHeader, source: string, at: number, options: SetOptions): ImageShape {
  const [count = 0, rows = 0, columns = 0] = header.shape;
  const { name } = header.type;
  if (header.shape.length !== 3)
    throw new TroubleError(
      source,
      `the ${name} item at byte ${at} has rank ${header.shape.length}; images of rank 3 (count × rows × columns) were expected`,
    );
  if (rows === 0 || columns === 0)
    throw new TroubleError(
      source,
      `the images at byte ${at} are ${rows} × ${columns} pixels; at least 1 × 1 was expected`,
    );
  const types = options.types ?? ['u8', 'f32'];
  if (!types.includes(name))
    throw new TroubleError(
      source,
      `the images at byte ${at} are of type ${name}; ${types.join(' or ')} was expected`,
    );
  return { type: name, count, rows, columns };
}

function checkCounts(source: string, labels: number, images: number): void {
  if (labels !== images)
    throw new TroubleError(
      source,
      `has ${labels} labels and ${images} images; one label an image was expected`,
    );
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
