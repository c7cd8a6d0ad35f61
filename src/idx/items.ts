/** Items of a labelled set: recognising annotation, labels and images, and reading each in memory bounded by the bytes present. */

import { OperationalError } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';
import { type Annotation, annotationLimit, decodeAnnotation } from './annotation.js';
import { type IdxHeader, payloadBytes } from './header.js';
import { describeNormalization, normalizationFault } from './normalization.js';
import { decodeValues, type IdxTypeName, idxTypes } from './types.js';

export interface ImageShape {
  readonly type: IdxTypeName;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
}

/** Pixels an image at most: beyond, a header lies more likely than not, and one image must fit in a Buffer. */
const imageLimit = 1 << 28;
/** Values a batch at most, unless the caller says otherwise: 1 MiB of bytes. */
const batchValues = 1 << 20;

export const isAnnotation = ({ type, shape }: IdxHeader) =>
  type.name === 'i8' && shape.length === 1;
/** Whole numbers of rank 1, or in a column; QMNIST's table of eight columns, of which the first is the class. */
export const isLabels = ({ type: { name }, shape: [, width, ...more] }: IdxHeader) =>
  ['u8', 'i16', 'i32'].includes(name) &&
  more.length === 0 &&
  (width === undefined || width === 1 || (width === 8 && name === 'i32'));

/** Bytes of one image. */
export function imageBytes({ type, rows, columns }: Omit<ImageShape, 'count'>): number {
  return idxTypes[type].size * rows * columns;
}

/** Reads the annotation behind its header; `at` is the header's offset, for messages. */
export async function readAnnotation(
  reader: ByteReader,
  header: IdxHeader,
  at: number,
): Promise<Annotation> {
  const size = payloadBytes(header);
  if (size > annotationLimit)
    throw new OperationalError(
      reader.source,
      `the annotation at byte ${at} claims ${size} bytes; at most ${annotationLimit} were expected`,
    );
  const bytes = await reader.read(size);
  if (bytes.length < size)
    throw new OperationalError(
      reader.source,
      `cut short in the annotation at byte ${at}: ${size} bytes were expected, ${bytes.length} are there`,
    );
  return decodeAnnotation(bytes, reader.source, at);
}

/** Reads the labels behind their header, as bytes: others are refused by their position. Memory grows with the bytes present, not with the header's count. */
export async function readLabels(reader: ByteReader, header: IdxHeader): Promise<Uint8Array> {
  const size = payloadBytes(header);
  const [count = 0, columns = 1] = header.shape;
  const unit = header.type.size * columns;
  const begin = reader.offset;
  const parts: Buffer[] = [];
  for (let got = 0; got < size; ) {
    const part = await reader.read(Math.min(1 << 20, size - got));
    if (part.length === 0)
      throw new OperationalError(
        reader.source,
        `cut short in the labels at byte ${reader.offset}: ${count} labels from byte ${begin} were expected, ${Math.floor(got / unit)} are there`,
      );
    parts.push(part);
    got += part.length;
  }
  const bytes = Buffer.concat(parts);
  if (unit === 1) return new Uint8Array(bytes);
  const values = decodeValues(header.type.name, bytes);
  return Uint8Array.from({ length: count }, (_, i) => {
    const value = values[i * columns]!;
    if (value >= 0 && value <= 255) return value;
    throw new OperationalError(
      reader.source,
      `label ${i} is ${value}; a whole number from 0 to 255 was expected`,
    );
  });
}

/** Checks that a header is one of images of the `types` a program can use; `at` is the header's offset. */
export function imageShapeOf(
  header: IdxHeader,
  source: string,
  at: number,
  types: readonly IdxTypeName[] = ['u8', 'f32'],
): ImageShape {
  const [count = 0, rows = 0, columns = 0] = header.shape;
  const { name } = header.type;
  if (header.shape.length !== 3)
    throw new OperationalError(
      source,
      `the ${name} item at byte ${at} has rank ${header.shape.length}; images of rank 3 (count × rows × columns) were expected`,
    );
  if (rows === 0 || columns === 0)
    throw new OperationalError(
      source,
      `the images at byte ${at} are ${rows} × ${columns} pixels; at least 1 × 1 was expected`,
    );
  if (rows * columns > imageLimit)
    throw new OperationalError(
      source,
      `the images at byte ${at} are ${rows} × ${columns} pixels; at most ${imageLimit} pixels an image were expected`,
    );
  if (!types.includes(name))
    throw new OperationalError(
      source,
      `the images at byte ${at} are of type ${name}; ${types.join(' or ')} was expected`,
    );
  return { type: name, count, rows, columns };
}

/** The bytes of whole images, as they stand (big-endian), `most` images at a time at most; valid until the next read. */
export async function* readImages(
  reader: ByteReader,
  images: ImageShape,
  most = Math.max(1, Math.floor(batchValues / (images.rows * images.columns))),
): AsyncGenerator<Buffer> {
  const { count } = images;
  const unit = imageBytes(images);
  const begin = reader.offset;
  for (let done = 0; done < count; ) {
    const bytes = await reader.readUnits(unit, Math.min(most, count - done));
    if (bytes.length === 0 || bytes.length % unit !== 0)
      throw new OperationalError(
        reader.source,
        `cut short in the images at byte ${reader.offset}: ${count} images (${count * unit} bytes from byte ${begin}) were expected, ${done + Math.floor(bytes.length / unit)} whole ones are there`,
      );
    yield bytes;
    done += bytes.length / unit;
  }
}

/** Refuses a set with more or fewer labels than images. */
export function checkCounts(source: string, labels: number, images: number): void {
  if (labels !== images)
    throw new OperationalError(
      source,
      `has ${labels} labels and ${images} images; one label an image was expected`,
    );
}

/** Refuses an annotation whose normalisation does not fit the images: of another size, or of raw pixels. */
export function checkNormalization(
  source: string,
  annotation: Annotation | undefined,
  { type, rows, columns }: ImageShape,
): void {
  if (!annotation?.normalization) return;
  const fault = normalizationFault(annotation.normalization, rows * columns);
  if (fault) throw new OperationalError(source, `the annotation's normalization: ${fault}`);
  if (type !== 'f32' && type !== 'f64')
    throw new OperationalError(
      source,
      `the annotation says that the pixels are normalised by ${describeNormalization(annotation.normalization)}, but they are of type ${type}; f32 was expected`,
    );
}
