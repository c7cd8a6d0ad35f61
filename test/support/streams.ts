/** IDX streams for tests, made in memory. */

import { type Annotation, encodeAnnotation } from '../../src/idx/annotation.js';
import { encodeHeader } from '../../src/idx/header.js';
import { encodeValues, type IdxArray, typeOfArray } from '../../src/idx/types.js';
import { ByteReader } from '../../src/io/byte-reader.js';
import { Generator } from '../../src/random/generator.js';
import { deriveKey } from '../../src/random/key.js';

export interface MadeSetOptions {
  /** Images; default 12. */
  readonly count?: number;
  /** Default 3. */
  readonly rows?: number;
  /** Default 2. */
  readonly columns?: number;
  /** Label values, dealt out in turn; default 0, 1, 2. */
  readonly classes?: readonly number[];
  /** Default u8; f32 pixels are whole numbers too unless `pixel` says otherwise. */
  readonly type?: 'u8' | 'f32';
  /** Where the labels stand; default first. */
  readonly labels?: 'first' | 'last' | 'none';
  /** Default none; `{}` for one that says nothing. */
  readonly annotation?: Partial<Annotation>;
  /** Value of pixel `at` (row-major, from 0) of image `image`; default random, the same each time. */
  readonly pixel?: (image: number, at: number) => number;
}

export interface MadeSet {
  /** The whole stream. */
  readonly bytes: Buffer;
  /** Its parts, headers included; empty where absent. */
  readonly annotationItem: Buffer;
  readonly labelsItem: Buffer;
  readonly imagesItem: Buffer;
  readonly labels: Uint8Array;
  readonly pixels: Uint8Array | Float32Array;
}

/** A labelled set of random pixels (or those that `pixel` gives), the same for the same options. */
export function makeSet(options: MadeSetOptions = {}): MadeSet {
  const { count = 12, rows = 3, columns = 2, classes = [0, 1, 2], type = 'u8' } = options;
  const generator = new Generator(deriveKey(0, 'test', 'make-set'));
  const pixel = options.pixel ?? (() => generator.below(256));
  const size = rows * columns;
  const pixels = new (type === 'u8' ? Uint8Array : Float32Array)(count * size);
  for (let i = 0; i < pixels.length; i++) pixels[i] = pixel(Math.floor(i / size), i % size);
  const labels = Uint8Array.from({ length: count }, (_, i) => classes[i % classes.length]!);
  const annotationItem = options.annotation
    ? encodeAnnotation({ fmnist: 1, history: [], ...options.annotation })
    : Buffer.alloc(0);
  const labelsItem = options.labels === 'none' ? Buffer.alloc(0) : makeItem([count], labels);
  const imagesItem = makeItem([count, rows, columns], pixels);
  const items = options.labels === 'last' ? [imagesItem, labelsItem] : [labelsItem, imagesItem];
  const bytes = Buffer.concat([annotationItem, ...items]);
  return { bytes, annotationItem, labelsItem, imagesItem, labels, pixels };
}

/** One IDX item: header and values. */
export function makeItem(shape: readonly number[], values: IdxArray): Buffer {
  return Buffer.concat([encodeHeader(typeOfArray(values), shape), encodeValues(values)]);
}

/** Bytes in pieces of `size`, as a pipe would bring them. */
export async function* inPieces(bytes: Uint8Array, size = 65_536): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield Buffer.from(bytes.subarray(at, at + size));
}

/** A reader of bytes in memory, called `test` in messages. */
export function readerOf(bytes: Uint8Array, pieces = 65_536): ByteReader {
  return new ByteReader('test', inPieces(bytes, pieces));
}
