/** Exact sums over normalised pixels (f32): shards add up to what one pass gives, to the last bit. */

import type { IdxArray } from '../idx/types.js';
import type { AnyRecord } from '../ndjson/records.js';
import { ExactSums, momentsOfTotals, valueOfTotal } from './exact-sums.js';
import { exactOf, numberOf, wholeListOf, wholeOf } from './partial-fields.js';
import {
  type ClassSums,
  type ImageListener,
  type PixelHistogram,
  type PixelSums,
  unlabelled,
} from './pixel-sums.js';

/** Bars of the histogram that is reported. */
const bars = 64;
/** Sums of squares are kept in numbers of the range of f32. */
const most = 1e36;

class FloatClass {
  count = 0;
  /** Sum 0 is that of the pixels, sum 1 that of their squares; each image's own share is a double. */
  readonly sums = new ExactSums(2);
  readonly pixelSums: ExactSums;

  constructor(pixels: number) {
    this.pixelSums = new ExactSums(pixels);
  }
}

export class FloatSums implements PixelSums {
  readonly #classes = new Map<number, FloatClass>();
  /** Pixels by the upper 16 bits of their f32: sign, exponent, 7 bits of mantissa. */
  readonly #histogram = new Float64Array(65_536);
  #min = Infinity;
  #max = -Infinity;

  constructor(readonly pixels: number) {}

  add(
    pixels: IdxArray,
    labels: Uint8Array | undefined,
    first: number,
    listener: ImageListener,
  ): void {
    const values = pixels as Float32Array;
    const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
    const count = values.length / this.pixels;
    for (let i = 0; i < count; i++) {
      const start = i * this.pixels;
      const { sum, squares, contrast } = this.#measure(values, start);
      if (!(squares < most))
        throw new RangeError(
          `image ${first + i} has a pixel that is not finite, or beyond ±10^18; a normalised pixel was expected`,
        );
      this.#countPixels(bits, start);
      const into = this.#class(labels ? labels[i]! : unlabelled);
      into.count++;
      into.sums.add(sum, 0);
      into.sums.add(squares, 1);
      into.pixelSums.addRow(values, bits, start);
      listener.image(sum / this.pixels, contrast, bits, start);
    }
  }

  images(): number {
    return [...this.#classes.values()].reduce((total, { count }) => total + count, 0);
  }

  classes(): ClassSums[] {
    return [...this.#classes]
      .sort(([a], [b]) => a - b)
      .map(([label, { count, sums, pixelSums }]) => {
        const [sum, squares] = sums.totals() as [bigint, bigint];
        return {
          label,
          count,
          moments: momentsOfTotals(count * this.pixels, sum, squares),
          meanImage: Float64Array.from(pixelSums.totals(), (total) => valueOfTotal(total) / count),
        };
      });
  }

  overall() {
    const all = [...this.#classes.values()];
    const images = this.images();
    const total = (at: number) => all.reduce((t, { sums }) => t + (sums.totals()[at] ?? 0n), 0n);
    const totals = new Array<bigint>(this.pixels).fill(0n);
    for (const { pixelSums } of all)
      for (const [p, part] of pixelSums.totals().entries()) totals[p] = (totals[p] ?? 0n) + part;
    return {
      ...momentsOfTotals(images * this.pixels, total(0), total(1)),
      min: this.#min,
      max: this.#max,
      meanImage: Float64Array.from(totals, (sum) => valueOfTotal(sum) / images),
    };
  }

  /** Bars of equal width from least to greatest pixel; a pixel is where its bin of the fine histogram has its middle. */
  histogram(): PixelHistogram {
    const width = (this.#max - this.#min) / bars || 1;
    const counts = new Array<number>(bars).fill(0);
    const bits = new Uint32Array(1);
    const value = new Float32Array(bits.buffer);
    for (const [bin, times] of this.#histogram.entries()) {
      if (times === 0) continue;
      bits[0] = (bin << 16) | 0x8000;
      const bar = Math.floor((value[0]! - this.#min) / width);
      const at = Math.min(bars - 1, Math.max(0, bar));
      counts[at] = counts[at]! + times;
    }
    return { edges: Array.from({ length: bars + 1 }, (_, i) => this.#min + i * width), counts };
  }

  partial(): AnyRecord[] {
    const bins = [...this.#histogram.keys()].filter((bin) => this.#histogram[bin] !== 0);
    const counts = bins.map((bin) => this.#histogram[bin]!);
    const extremes = bins.length > 0 ? { min: this.#min, max: this.#max } : {};
    return [
      { type: 'partial-pixels', ...extremes, bins, counts },
      ...[...this.#classes]
        .sort(([a], [b]) => a - b)
        .map(([label, { count, sums, pixelSums }]) => ({
          type: 'partial-class',
          label,
          count,
          sums: sums.state(),
          pixelSums: pixelSums.state(),
        })),
    ];
  }

  absorb(record: AnyRecord): boolean {
    if (record.type === 'partial-pixels') {
      const counts = wholeListOf(record, 'counts');
      for (const [i, bin] of wholeListOf(record, 'bins', counts.length, 65_535).entries())
        this.#histogram[bin] = (this.#histogram[bin] ?? 0) + counts[i]!;
      this.#min = Math.min(this.#min, numberOf(record, 'min') ?? Infinity);
      this.#max = Math.max(this.#max, numberOf(record, 'max') ?? -Infinity);
      return true;
    }
    if (record.type !== 'partial-class') return false;
    const into = this.#class(wholeOf(record, 'label', unlabelled, 255));
    into.count += wholeOf(record, 'count');
    into.sums.absorb(exactOf(record, 'sums'));
    into.pixelSums.absorb(exactOf(record, 'pixelSums'));
    return true;
  }

  #class(label: number): FloatClass {
    const known = this.#classes.get(label);
    if (known) return known;
    const made = new FloatClass(this.pixels);
    this.#classes.set(label, made);
    return made;
  }

  /** One image's own sums, in order, in doubles: the same wherever the image stands. */
  #measure(values: Float32Array, start: number) {
    const end = start + this.pixels;
    let [sum, squares] = [0, 0];
    let [min, max] = [Infinity, -Infinity];
    for (let at = start; at < end; at++) {
      const value = values[at]!;
      sum += value;
      squares += value * value;
      if (value < min) min = value;
      if (value > max) max = value;
    }
    this.#min = Math.min(this.#min, min);
    this.#max = Math.max(this.#max, max);
    // Not left to rounding: a blank image has no contrast at all.
    if (min === max) return { sum, squares, contrast: 0 };
    const mean = sum / this.pixels;
    let spread = 0;
    for (let at = start; at < end; at++) {
      const distance = values[at]! - mean;
      spread += distance * distance;
    }
    return { sum, squares, contrast: Math.sqrt(spread / this.pixels) };
  }

  #countPixels(bits: Uint32Array, start: number): void {
    const [counts, end] = [this.#histogram, start + this.pixels];
    for (let at = start; at < end; at++) {
      const bin = bits[at]! >>> 16;
      counts[bin] = counts[bin]! + 1;
    }
  }
}
