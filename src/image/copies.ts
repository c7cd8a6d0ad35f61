/** Copies: images whose pixels are those of an image before. */

import { fingerprint } from './fingerprint.js';

/** Images remembered; those that come later are compared with these alone, which keeps memory bounded. */
const most = 2 ** 23;

export class CopyFinder {
  /** Images seen. */
  count = 0;
  /** Those among them that are copies. */
  copies = 0;
  /** Fingerprint → position of the first image that has it. */
  readonly #firsts = new Map<number, number>();

  /** Adds an image; returns the position of the first one with the same pixels, undefined where this is the first. */
  add(pixels: Uint8Array): number | undefined {
    const print = pixelPrint(pixels);
    const position = this.count++;
    const first = this.#firsts.get(print);
    if (first === undefined) {
      if (this.#firsts.size < most) this.#firsts.set(print, position);
      return undefined;
    }
    this.copies++;
    return first;
  }
}

let words = new Uint32Array(0);
let bytes = new Uint8Array(0);
const halves = new Uint32Array(2);

/** Fingerprint of an image's bytes in 53 bits: two different images among n have the same by a chance of about n² / 2^54. */
export function pixelPrint(pixels: Uint8Array): number {
  const count = (pixels.length + 3) >>> 2;
  if (count > words.length) {
    words = new Uint32Array(count);
    bytes = new Uint8Array(words.buffer);
  }
  words[count - 1] = 0;
  bytes.set(pixels);
  fingerprint(words, 0, count, pixels.length, halves, 0);
  return halves[0]! * 2 ** 21 + (halves[1]! >>> 11);
}

/**
 * A division of different images, applied to all: a copy goes where the first one goes, so that no image is on both
 * sides.
 * labels: [n]; firsts: [n] position of the first image with the same pixels, its own where it is the first.
 * divide: gives a part number to each of the labels it is handed. Returns [n] part numbers.
 */
export function divideApart<T extends Uint8Array | Uint16Array>(
  labels: Uint8Array,
  firsts: Uint32Array,
  divide: (labels: Uint8Array) => T,
): T {
  const isFirst = (_: number, i: number) => firsts[i] === i;
  const distinct = labels.filter(isFirst);
  if (distinct.length === labels.length) return divide(labels);
  const parts = divide(distinct);
  const all = (
    parts instanceof Uint16Array ? new Uint16Array(labels.length) : new Uint8Array(labels.length)
  ) as T;
  let next = 0;
  for (const [i, first] of firsts.entries()) all[i] = first === i ? parts[next++]! : all[first]!;
  return all;
}

/** [n] position of the first image with the same pixels, image by image. pixels: [n, bytes of an image]. */
export function firstsOf(pixels: Uint8Array, count: number): Uint32Array {
  const finder = new CopyFinder();
  const size = pixels.length / count;
  return Uint32Array.from(
    { length: count },
    (_, i) => finder.add(pixels.subarray(i * size, (i + 1) * size)) ?? i,
  );
}

/** A fingerprint as text: 14 hexadecimal digits. */
export const printText = (print: number): string => print.toString(16).padStart(14, '0');

/** The fingerprint that a text tells; undefined where it is none. */
export const parsePrint = (text: string): number | undefined =>
  /^[01][\da-f]{13}$/.test(text) ? Number.parseInt(text, 16) : undefined;
