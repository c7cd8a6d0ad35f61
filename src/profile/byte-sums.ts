/** Exact whole-number sums over raw pixels: the one pass that everything fmnist-stats says of u8 images comes from. */

import { type IdxArray, littleEndian } from '../idx/types.js';
import { momentsOfSums, sumsOfHistogram } from '../image/moments.js';
import type { AnyRecord } from '../ndjson/records.js';
import { ByteClass } from './byte-class.js';
import { wholeListOf, wholeOf } from './partial-fields.js';
import { addSquares, imagesBeforeCarry } from './pixel-squares.js';
import {
  type ClassSums,
  type ImageListener,
  type PixelHistogram,
  type PixelSums,
  unlabelled,
} from './pixel-sums.js';

export class ByteSums implements PixelSums {
  readonly #words: number;
  readonly #classes = new Map<number, ByteClass>();
  readonly #histogram = new Float64Array(256);
  /** How often two neighbouring pixels have their values: those of the low half of a word, and of the high half. */
  readonly #lowPairs = new Uint32Array(65_536);
  readonly #highPairs = new Uint32Array(65_536);
  readonly #squares: Uint32Array;
  readonly #pixelSquares: Float64Array;
  #sinceCarry = 0;
  #padded = new Uint8Array(0);

  constructor(readonly pixels: number) {
    this.#words = Math.ceil(pixels / 4);
    this.#squares = new Uint32Array(4 * this.#words);
    this.#pixelSquares = new Float64Array(pixels);
  }

  add(
    pixels: IdxArray,
    labels: Uint8Array | undefined,
    _first: number,
    listener: ImageListener,
  ): void {
    const raw = pixels as Uint8Array;
    const most = Math.min(imagesBeforeCarry, Math.floor(0xffffffff / this.#words));
    for (let start = 0; start < raw.length; start += most * this.pixels) {
      const part = raw.subarray(start, start + most * this.pixels);
      const count = part.length / this.pixels;
      if (this.#sinceCarry + count > most) this.#carry();
      const first = start / this.pixels;
      this.#addSome(part, labels?.subarray(first, first + count), listener);
      this.#sinceCarry += count;
    }
  }

  #addSome(raw: Uint8Array, labels: Uint8Array | undefined, listener: ImageListener): void {
    const count = raw.length / this.pixels;
    const words = this.#aligned(raw, count);
    for (let i = 0; i < count; i++) {
      const into = this.#class(labels ? labels[i]! : unlabelled);
      const start = i * this.#words;
      const { mean, deviation } = this.#addImage(words, start, into);
      listener.image(mean, deviation, words, start);
    }
    addSquares(words, count, this.#words, this.#squares);
  }

  images(): number {
    return [...this.#classes.values()].reduce((total, { count }) => total + count, 0);
  }

  classes(): ClassSums[] {
    this.#carry();
    return [...this.#classes]
      .sort(([a], [b]) => a - b)
      .map(([label, { count, sum, squares, pixelSums }]) => ({
        label,
        count,
        moments: momentsOfSums(BigInt(count) * BigInt(this.pixels), sum, squares),
        meanImage: pixelSums.map((total) => total / count),
      }));
  }

  overall() {
    this.#carry();
    const { count, sum, squares } = sumsOfHistogram(this.#histogram);
    const images = Number(count) / this.pixels;
    const totals = new Float64Array(this.pixels);
    for (const { pixelSums } of this.#classes.values())
      for (const [p, part] of pixelSums.entries()) totals[p] = totals[p]! + part;
    return {
      ...momentsOfSums(count, sum, squares),
      min: this.#histogram.findIndex((times) => times > 0),
      max: this.#histogram.findLastIndex((times) => times > 0),
      meanImage: totals.map((total) => total / images),
      deviationImage: totals.map(
        (total, p) => momentsOfSums(images, total, this.#pixelSquares[p]!).deviation,
      ),
    };
  }

  histogram(): PixelHistogram {
    this.#carry();
    return {
      edges: Array.from({ length: 257 }, (_, value) => value - 0.5),
      counts: [...this.#histogram],
    };
  }

  partial(): AnyRecord[] {
    this.#carry();
    return [
      {
        type: 'partial-pixels',
        histogram: [...this.#histogram],
        squares: [...this.#pixelSquares],
      },
      ...[...this.#classes]
        .sort(([a], [b]) => a - b)
        .map(([label, { count, sum, squares, pixelSums }]) => ({
          type: 'partial-class',
          label,
          count,
          sum,
          squares,
          pixelSums: [...pixelSums],
        })),
    ];
  }

  absorb(record: AnyRecord): boolean {
    if (record.type === 'partial-pixels') {
      addTo(this.#histogram, wholeListOf(record, 'histogram', 256));
      addTo(this.#pixelSquares, wholeListOf(record, 'squares', this.pixels));
      return true;
    }
    if (record.type !== 'partial-class') return false;
    const into = this.#class(wholeOf(record, 'label', unlabelled, 255));
    into.count += wholeOf(record, 'count');
    into.sum += wholeOf(record, 'sum');
    into.squares += wholeOf(record, 'squares');
    addTo(into.pixelSums, wholeListOf(record, 'pixelSums', this.pixels));
    return true;
  }

  #class(label: number): ByteClass {
    const known = this.#classes.get(label);
    if (known) return known;
    const made = new ByteClass(this.#words, this.pixels);
    this.#classes.set(label, made);
    return made;
  }

  /** The images in whole words, the first pixel in the low byte, each image filled up with zeros. */
  #aligned(raw: Uint8Array, count: number): Uint32Array {
    const bytes = 4 * this.#words;
    if (this.#padded.length < count * bytes) this.#padded = new Uint8Array(count * bytes);
    if (bytes === this.pixels) this.#padded.set(raw);
    else
      for (let i = 0; i < count; i++)
        this.#padded.set(raw.subarray(i * this.pixels, (i + 1) * this.pixels), i * bytes);
    if (!littleEndian) Buffer.from(this.#padded.buffer).swap32();
    return new Uint32Array(this.#padded.buffer, 0, count * this.#words);
  }

  /** The inner loop: pairs of pixels by value, sums by pixel and class; the image's own moments are returned. */
  #addImage(words: Uint32Array, start: number, into: ByteClass) {
    const { even, odd } = into;
    const low = this.#lowPairs;
    const high = this.#highPairs;
    const size = this.#words;
    let sum = 0;
    let squares = 0;
    for (let w = 0; w < size; w++) {
      const word = words[start + w]!;
      const a = word & 255;
      const b = (word >>> 8) & 255;
      const c = (word >>> 16) & 255;
      const d = word >>> 24;
      // Half as many counters as single pixels would touch; two tables, since one alone waits for its own last write.
      low[word & 0xffff] = low[word & 0xffff]! + 1;
      high[word >>> 16] = high[word >>> 16]! + 1;
      even[w] = even[w]! + (word & 0xff00ff);
      odd[w] = odd[w]! + ((word >>> 8) & 0xff00ff);
      sum += a + b + c + d;
      squares += Math.imul(a, a) + Math.imul(b, b) + Math.imul(c, c) + Math.imul(d, d);
    }
    into.countImage(sum, squares);
    return momentsOfSums(this.pixels, sum, squares);
  }

  /** Empties what holds 32 bits at most into what holds 53. */
  #carry(): void {
    if (this.#sinceCarry === 0) return;
    for (const into of this.#classes.values()) into.spill();
    addTo(this.#pixelSquares, this.#squares.subarray(0, this.pixels));
    this.#squares.fill(0);
    for (const pairs of [this.#lowPairs, this.#highPairs]) {
      for (const [pair, times] of pairs.entries()) {
        if (times === 0) continue;
        this.#count(pair & 255, times);
        this.#count(pair >>> 8, times);
      }
      pairs.fill(0);
    }
    // Not the zeros that images are filled up with.
    this.#count(0, -this.#sinceCarry * (4 * this.#words - this.pixels));
    this.#sinceCarry = 0;
  }

  #count(value: number, times: number): void {
    this.#histogram[value] = this.#histogram[value]! + times;
  }
}

function addTo(totals: Float64Array, parts: ArrayLike<number>): void {
  for (let i = 0; i < totals.length; i++) totals[i] = totals[i]! + parts[i]!;
}
