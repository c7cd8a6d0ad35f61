/** Exact whole-number sums over raw pixels: the one pass that everything fmnist-stats says of u8 images comes from. */

import { type IdxArray, littleEndian } from '../../idx/types.js';
import type { AnyRecord } from '../../ndjson/records.js';
import { momentsOfSums, sumsOfHistogram } from '../moments.js';
import { wholeListOf, wholeOf } from './partial-fields.js';
import {
  type ClassSums,
  type ImageListener,
  type PixelHistogram,
  type PixelSums,
  unlabelled,
} from './pixel-sums.js';

/** Images of a class until two 16-bit sums in one word could overflow: 257 × 255 = 65,535. */
const imagesBeforeSpill = 257;
/** Images until the 32-bit sums of squares could overflow: 65,536 × 255² < 2^32. */
const imagesBeforeCarry = 65_536;

/** The running sums of one class; pixels four to a word, the first in the low byte. */
class ByteClass {
  count = 0;
  sum = 0;
  squares = 0;
  pending = 0;
  /** Sums of bytes 0 and 2 of each word, in 16 bits each, and of bytes 1 and 3. */
  readonly even: Uint32Array;
  readonly odd: Uint32Array;
  readonly pixelSums: Float64Array;

  constructor(words: number, pixels: number) {
    this.even = new Uint32Array(words);
    this.odd = new Uint32Array(words);
    this.pixelSums = new Float64Array(pixels);
  }

  spill(): void {
    for (let p = 0; p < this.pixelSums.length; p++) {
      const lanes = (p & 1 ? this.odd : this.even)[p >> 2] as number;
      this.pixelSums[p] = (this.pixelSums[p] as number) + (p & 2 ? lanes >>> 16 : lanes & 0xffff);
    }
    this.even.fill(0);
    this.odd.fill(0);
    this.pending = 0;
  }
}

export class ByteSums implements PixelSums {
  readonly #words: number;
  readonly #classes = new Map<number, ByteClass>();
  readonly #histogram = new Float64Array(256);
  readonly #counts = new Uint32Array(4 * 256);
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
    const count = raw.length / this.pixels;
    const words = this.#aligned(raw, count);
    for (let i = 0; i < count; i++) {
      const into = this.#class(labels ? (labels[i] as number) : unlabelled);
      const start = i * this.#words;
      const { mean, deviation } = this.#addImage(words, start, into);
      listener.image(mean, deviation, words, start);
    }
    this.#spillCounts(count);
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
      for (const [p, part] of pixelSums.entries()) totals[p] = (totals[p] as number) + part;
    return {
      ...momentsOfSums(count, sum, squares),
      min: this.#histogram.findIndex((times) => times > 0),
      max: this.#histogram.findLastIndex((times) => times > 0),
      meanImage: totals.map((total) => total / images),
      deviationImage: totals.map(
        (total, p) => momentsOfSums(images, total, this.#pixelSquares[p] as number).deviation,
      ),
    };
  }

  histogram(): PixelHistogram {
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

  /** The inner loop: histogram, sums by pixel and class, squares by pixel; the image's own sums are returned. */
  #addImage(words: Uint32Array, start: number, into: ByteClass) {
    const { even, odd } = into;
    const counts = this.#counts;
    const squaresByPixel = this.#squares;
    const size = this.#words;
    let sum = 0;
    let squares = 0;
    for (let w = 0; w < size; w++) {
      const word = words[start + w] as number;
      const a = word & 255;
      const b = (word >>> 8) & 255;
      const c = (word >>> 16) & 255;
      const d = word >>> 24;
      // Four histograms take turns: one alone waits for its own last write wherever pixels repeat.
      counts[a] = (counts[a] as number) + 1;
      counts[256 + b] = (counts[256 + b] as number) + 1;
      counts[512 + c] = (counts[512 + c] as number) + 1;
      counts[768 + d] = (counts[768 + d] as number) + 1;
      even[w] = (even[w] as number) + (word & 0xff00ff);
      odd[w] = (odd[w] as number) + ((word >>> 8) & 0xff00ff);
      const a2 = Math.imul(a, a);
      const b2 = Math.imul(b, b);
      const c2 = Math.imul(c, c);
      const d2 = Math.imul(d, d);
      const p = w << 2;
      squaresByPixel[p] = (squaresByPixel[p] as number) + a2;
      squaresByPixel[p + 1] = (squaresByPixel[p + 1] as number) + b2;
      squaresByPixel[p + 2] = (squaresByPixel[p + 2] as number) + c2;
      squaresByPixel[p + 3] = (squaresByPixel[p + 3] as number) + d2;
      sum += a + b + c + d;
      squares += a2 + b2 + c2 + d2;
    }
    into.count++;
    into.sum += sum;
    into.squares += squares;
    if (++into.pending === imagesBeforeSpill) into.spill();
    if (++this.#sinceCarry === imagesBeforeCarry) this.#carry();
    return momentsOfSums(this.pixels, sum, squares);
  }

  /** Takes the filling zeros of `count` images out of the counts. */
  #spillCounts(count: number): void {
    for (const [at, times] of this.#counts.entries())
      this.#histogram[at & 255] = (this.#histogram[at & 255] as number) + times;
    this.#counts.fill(0);
    const filled = count * (4 * this.#words - this.pixels);
    this.#histogram[0] = (this.#histogram[0] as number) - filled;
  }

  #carry(): void {
    for (const into of this.#classes.values()) into.spill();
    addTo(this.#pixelSquares, this.#squares.subarray(0, this.pixels));
    this.#squares.fill(0);
    this.#sinceCarry = 0;
  }
}

function addTo(totals: Float64Array, parts: ArrayLike<number>): void {
  for (let i = 0; i < totals.length; i++) totals[i] = (totals[i] as number) + (parts[i] as number);
}
