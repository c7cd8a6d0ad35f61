/** All that is gathered over a set of images, in one pass and bounded memory, in a form that adds up exactly. */

import type { Normalization } from '../idx/normalization.js';
import type { ImageBatch } from '../idx/set-reader.js';
import { fieldFault } from '../ndjson/record-fields.js';
import type { AnyRecord } from '../ndjson/records.js';
import { ByteSums } from './byte-sums.js';
import { FloatSums } from './float-sums.js';
import { ImageList, mostImages, mostRows } from './image-list.js';
import { numberOf, wholeListOf, wholeOf } from './partial-fields.js';
import { type ImageListener, type PixelSums, unlabelled } from './pixel-sums.js';
import { binCount, Sketch, type SketchState } from './sketch.js';

/** Properties that all images of a profiler share. */
export interface ProfilerOptions {
  readonly pixelType: 'u8' | 'f32';
  readonly rows: number;
  readonly columns: number;
  readonly labelled: boolean;
  readonly normalization?: Normalization;
}

/** Images of one kind: how many, and the positions of the first `mostRows`. */
export class Rows {
  count = 0;
  readonly rows: number[] = [];

  add(row: number): void {
    if (++this.count <= mostRows) this.rows.push(row);
  }

  /** Adds the rows of others that stand `offset` further on here. */
  absorb(count: number, rows: readonly number[], offset: number): void {
    for (const row of rows) if (this.rows.length < mostRows) this.rows.push(row + offset);
    this.count += count;
  }
}

export class Profiler implements ImageListener {
  images = 0;
  readonly sums: PixelSums;
  readonly brightness = new Sketch();
  readonly contrast = new Sketch();
  /** Images whose pixels are all the same. */
  readonly blank = new Rows();
  /** Images that are not blank but nearly: see `nearConstantBelow`. */
  readonly nearConstant = new Rows();
  readonly list: ImageList;
  readonly nearConstantBelow: number;
  readonly #words: number;
  #labels: Uint8Array | undefined;
  #next = 0;
  /** Where the images of the partial result begin that is being taken in. */
  #offset = 0;

  constructor(readonly shape: ProfilerOptions) {
    const pixels = shape.rows * shape.columns;
    const bytes = shape.pixelType === 'u8' ? pixels : 4 * pixels;
    this.sums = shape.pixelType === 'u8' ? new ByteSums(pixels) : new FloatSums(pixels);
    this.list = new ImageList(bytes);
    this.nearConstantBelow = nearConstantBelow(shape);
    this.#words = Math.ceil(bytes / 4);
  }

  /** Adds a batch of images behind those there are. In messages, positions count from `offset`, where the batch's set begins. */
  add({ pixels, labels, count }: ImageBatch, offset = 0): void {
    this.#labels = labels;
    this.#next = 0;
    this.sums.add(pixels, labels, this.images - offset, this);
    this.images += count;
  }

  image(brightness: number, contrast: number, words: Uint32Array, start: number): void {
    const at = this.#next++;
    this.brightness.add(brightness);
    this.contrast.add(contrast);
    if (contrast < this.nearConstantBelow)
      (contrast === 0 ? this.blank : this.nearConstant).add(this.images + at);
    this.list.add(words, start, this.#words, this.#labels?.[at] ?? unlabelled);
  }

  /** Everything, exactly, as records that `absorb` takes. */
  *partial(): Generator<AnyRecord> {
    yield* this.sums.partial();
    yield { type: 'partial-sketch', of: 'brightness', ...this.brightness.state() };
    yield { type: 'partial-sketch', of: 'contrast', ...this.contrast.state() };
    for (const finding of ['blank', 'nearConstant'] as const)
      yield { type: 'partial-rows', of: finding, ...this[finding] };
    yield* this.list.partial();
  }

  /** Announces the records of a partial result of so many images. */
  beginPartial(images: number): void {
    this.#offset = this.images;
    this.images += images;
  }

  /** Adds one record; false where it is none of a partial result. Throws a RangeError, in words, where it is damaged. */
  absorb(record: AnyRecord): boolean {
    if (record.type === 'partial-sketch') {
      if (record.of !== 'brightness' && record.of !== 'contrast')
        throw fieldFault(record, 'of', 'brightness or contrast');
      this[record.of].absorb(sketchStateOf(record));
      return true;
    }
    if (record.type === 'partial-rows') {
      if (record.of !== 'blank' && record.of !== 'nearConstant')
        throw fieldFault(record, 'of', 'blank or nearConstant');
      this[record.of].absorb(wholeOf(record, 'count'), wholeListOf(record, 'rows'), this.#offset);
      return true;
    }
    return this.sums.absorb(record) || this.list.absorb(record);
  }

  /** Ends a partial result: throws a RangeError where records of it are missing. */
  endPartial(): void {
    const { images, list } = this;
    if (list.length < images && images - this.#offset > mostImages)
      list.absorbForgotten(images - list.length);
    const counts = {
      classes: this.sums.images(),
      brightness: this.brightness.count,
      contrast: this.contrast.count,
      fingerprints: list.length,
    };
    for (const [what, count] of Object.entries(counts))
      if (count !== images)
        throw new RangeError(
          `has ${what} of ${count} images where ${images} were expected; records of a partial result are missing or repeated`,
        );
  }
}

/** Raw levels of deviation below which an image is called nearly constant. */
const nearConstantLevels = 2;

/** The same contrast in the pixels' own units; where nothing says what they are, 1 % of a deviation. */
function nearConstantBelow({ pixelType, normalization }: ProfilerOptions): number {
  if (pixelType === 'u8') return nearConstantLevels;
  if (!normalization) return 0.01;
  const { deviation } = normalization;
  return (nearConstantLevels * deviation.length) / deviation.reduce((sum, d) => sum + d, 0);
}

function sketchStateOf(record: AnyRecord): SketchState {
  const bins = wholeListOf(record, 'bins', undefined, binCount - 1);
  const counts = wholeListOf(record, 'counts', bins.length);
  const min = numberOf(record, 'min');
  const max = numberOf(record, 'max');
  const extremes = min === undefined || max === undefined ? {} : { min, max };
  return { count: wholeOf(record, 'count'), ...extremes, bins, counts };
}
