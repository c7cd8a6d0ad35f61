/** One fingerprint and one label an image, for what only the whole set can tell: duplicates, and rows by label. 9 bytes an image. */

import { littleEndian } from '../idx/types.js';
import { fingerprint } from '../image/fingerprint.js';
import { fieldFault } from '../ndjson/record-fields.js';
import type { AnyRecord } from '../ndjson/records.js';
import { textOf, wholeOf } from './partial-fields.js';

/** Beyond so many images none are remembered, and duplicates are not looked for: what keeps memory bounded. */
export const mostImages = 2 ** 23;
/** Rows that are named, of each kind. */
export const mostRows = 1000;

const chunkImages = 2 ** 16;
const recordImages = 2 ** 14;

export interface Duplicate {
  /** Position of an image that came before. */
  readonly index: number;
  /** The first image that is the same. */
  readonly of: number;
}

export interface Duplicates {
  /** Images that came before, the first of each group not counted. */
  readonly images: number;
  /** Different images that come more than once. */
  readonly groups: number;
  /** Images in the largest group; 0 where there is none. */
  readonly largest: number;
  /** Groups that carry more than one label. */
  readonly conflicting: number;
  /** The first `mostRows`, in order. */
  readonly rows: readonly Duplicate[];
}

/** Hashes, labels and positions of `chunkImages` images. */
class Chunk {
  /** Two words an image, and the same memory as one number an image. */
  readonly words = new Uint32Array(2 * chunkImages);
  readonly prints = new BigUint64Array(this.words.buffer);
  readonly labels = new Uint8Array(chunkImages);
}

export class ImageList {
  length = 0;
  #chunks: Chunk[] = [];

  /** bytes: of one image. */
  constructor(readonly bytes: number) {}

  /** False where there are, or were, too many images to remember. */
  get complete(): boolean {
    return this.length <= mostImages;
  }

  /** Adds an image, whose bytes are the `count` words from `start`. */
  add(words: Uint32Array, start: number, count: number, label: number): void {
    const chunk = this.#room();
    const at = this.length % chunkImages;
    fingerprint(words, start, count, this.bytes, chunk.words, 2 * at);
    chunk.labels[at] = label;
    this.#grow(1);
  }

  label(index: number): number {
    return this.#chunks[Math.floor(index / chunkImages)]?.labels[index % chunkImages] ?? 0;
  }

  /** The first `mostRows` images whose label is wanted; none where the list is not complete. */
  withLabels(wanted: (label: number) => boolean): number[] {
    const rows: number[] = [];
    for (let i = 0; i < this.length && this.complete && rows.length < mostRows; i++)
      if (wanted(this.label(i))) rows.push(i);
    return rows;
  }

  /** Undefined where the list is not complete. */
  duplicates(): Duplicates | undefined {
    if (!this.complete) return undefined;
    const repeated = this.#repeated();
    const groups = repeated.length;
    const first = new Int32Array(groups).fill(-1);
    const sizes = new Uint32Array(groups);
    const mixed = new Uint8Array(groups);
    const rows: Duplicate[] = [];
    let images = 0;
    for (let index = 0; groups > 0 && index < this.length; index++) {
      const group = positionOf(this.#print(index), repeated);
      if (group < 0) continue;
      sizes[group] = sizes[group]! + 1;
      const of = first[group]!;
      if (of < 0) {
        first[group] = index;
        continue;
      }
      images++;
      if (rows.length < mostRows) rows.push({ index, of });
      if (this.label(index) !== this.label(of)) mixed[group] = 1;
    }
    const largest = sizes.reduce((most, size) => Math.max(most, size), 0);
    const conflicting = mixed.reduce((sum, flag) => sum + flag, 0);
    return { images, groups, largest, conflicting, rows };
  }

  *partial(): Generator<AnyRecord> {
    for (let start = 0; start < this.length && this.complete; start += recordImages) {
      const count = Math.min(recordImages, this.length - start);
      const { words, labels } = this.#chunks[Math.floor(start / chunkImages)]!;
      const at = start % chunkImages;
      yield {
        type: 'partial-images',
        count,
        fingerprints: base64(words.slice(2 * at, 2 * (at + count))),
        labels: Buffer.from(labels.subarray(at, at + count)).toString('base64'),
      };
    }
  }

  /** Adds the images of a `partial-images` record behind those there are; false if it is of another type. */
  absorb(record: AnyRecord): boolean {
    if (record.type !== 'partial-images') return false;
    const count = wholeOf(record, 'count', 1, recordImages);
    const prints = Buffer.from(textOf(record, 'fingerprints'), 'base64');
    const labels = Buffer.from(textOf(record, 'labels'), 'base64');
    if (prints.length !== 8 * count) throw fieldFault(record, 'fingerprints', `${count} of them`);
    if (labels.length !== count) throw fieldFault(record, 'labels', `${count} of them`);
    for (let i = 0; i < count; i++) {
      const chunk = this.#room();
      const at = this.length % chunkImages;
      chunk.words[2 * at] = prints.readUInt32LE(8 * i);
      chunk.words[2 * at + 1] = prints.readUInt32LE(8 * i + 4);
      chunk.labels[at] = labels[i]!;
      this.#grow(1);
    }
    return true;
  }

  /** Counts images that another list did not remember. */
  absorbForgotten(count: number): void {
    this.#grow(count);
  }

  #room(): Chunk {
    // Once there are too many, all share one chunk, which is not read.
    const at = this.complete ? Math.floor(this.length / chunkImages) : 0;
    const chunk = this.#chunks[at] ?? new Chunk();
    this.#chunks[at] = chunk;
    return chunk;
  }

  #grow(count: number): void {
    this.length += count;
    if (!this.complete) this.#chunks.length = Math.min(this.#chunks.length, 1);
  }

  #print(index: number): bigint {
    return this.#chunks[Math.floor(index / chunkImages)]?.prints[index % chunkImages] ?? 0n;
  }

  /** The fingerprints that come more than once, each once, ascending. */
  #repeated(): BigUint64Array {
    const sorted = new BigUint64Array(this.length);
    for (const [i, { prints }] of this.#chunks.entries())
      sorted.set(prints.subarray(0, this.length - i * chunkImages), i * chunkImages);
    sorted.sort();
    let kept = 0;
    for (let i = 1; i < sorted.length; i++) {
      const print = sorted[i]!;
      if (print !== sorted[i - 1] || (kept > 0 && print === sorted[kept - 1])) continue;
      sorted[kept++] = print;
    }
    return sorted.slice(0, kept);
  }
}

/** Index of a value in an ascending list, or -1. */
function positionOf(value: bigint, ascending: BigUint64Array): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === value ? low : -1;
}

/** Words, low byte first, whatever the machine. */
function base64(words: Uint32Array): string {
  const bytes = Buffer.from(words.buffer);
  return (littleEndian ? bytes : bytes.swap32()).toString('base64');
}
