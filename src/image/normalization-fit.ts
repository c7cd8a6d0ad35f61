/** Learning a normalisation from raw pixels, in exact whole numbers: the result does not depend on how the pixels were grouped. */

import type { Normalization } from '../idx/normalization.js';
import { countBytes, momentsOfSums, sumsOfHistogram } from './moments.js';

/** Takes images batch by batch; `result` throws a RangeError, in words, where there is nothing to learn. */
export interface NormalizationFitter {
  /** raw: whole images. */
  add(raw: Uint8Array): void;
  result(): Normalization;
}

/** A fitter for images of `pixels` pixels. */
export function openNormalizationFitter(
  kind: Normalization['kind'],
  per: Normalization['per'],
  pixels: number,
): NormalizationFitter {
  return per === 'dataset' ? new DatasetFitter(kind) : new PixelFitter(kind, pixels);
}

class DatasetFitter implements NormalizationFitter {
  readonly #histogram = new Float64Array(256);

  constructor(readonly kind: Normalization['kind']) {}

  add(raw: Uint8Array): void {
    countBytes(raw, this.#histogram);
  }

  result(): Normalization {
    const least = this.#histogram.findIndex((times) => times > 0);
    const most = this.#histogram.findLastIndex((times) => times > 0);
    if (least < 0) throw new RangeError('has no images to learn from');
    if (least === most)
      throw new RangeError(`has ${least} in every pixel; a deviation of 0 cannot be divided by`);
    if (this.kind === 'scale')
      return { kind: 'scale', per: 'dataset', mean: [least], deviation: [most - least] };
    const { count, sum, squares } = sumsOfHistogram(this.#histogram);
    const { mean, deviation } = momentsOfSums(count, sum, squares);
    return { kind: 'standardize', per: 'dataset', mean: [mean], deviation: [deviation] };
  }
}

/** Sums in double precision: whole numbers up to 2^53, so exact for 10^11 images and more. */
class PixelFitter implements NormalizationFitter {
  #images = 0;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  readonly #least: Uint8Array;
  readonly #most: Uint8Array;

  constructor(
    readonly kind: Normalization['kind'],
    readonly pixels: number,
  ) {
    this.#sums = new Float64Array(pixels);
    this.#squares = new Float64Array(pixels);
    this.#least = new Uint8Array(pixels).fill(255);
    this.#most = new Uint8Array(pixels);
  }

  add(raw: Uint8Array): void {
    for (let start = 0; start < raw.length; start += this.pixels) {
      if (this.kind === 'scale') this.#widen(raw, start);
      else this.#sum(raw, start);
    }
    this.#images += raw.length / this.pixels;
  }

  /** A pixel that never changes is given the deviation 1 (as in scikit-learn's scalers): it becomes 0 everywhere. */
  result(): Normalization {
    if (this.#images === 0) throw new RangeError('has no images to learn from');
    const fitted = Array.from(this.#sums, (sum, p) => this.#pixel(sum, p));
    if (fitted.every(({ deviation }) => deviation === 0))
      throw new RangeError(
        'has the same value in every image, pixel by pixel; nothing can be learnt',
      );
    return {
      kind: this.kind,
      per: 'pixel',
      mean: fitted.map(({ mean }) => mean),
      deviation: fitted.map(({ deviation }) => deviation || 1),
    };
  }

  #pixel(sum: number, p: number) {
    const least = this.#least[p]!;
    return this.kind === 'scale'
      ? { mean: least, deviation: this.#most[p]! - least }
      : momentsOfSums(this.#images, sum, this.#squares[p]!);
  }

  #sum(raw: Uint8Array, start: number): void {
    const [sums, squares] = [this.#sums, this.#squares];
    for (let p = 0; p < sums.length; p++) {
      const value = raw[start + p]!;
      sums[p] = sums[p]! + value;
      squares[p] = squares[p]! + value * value;
    }
  }

  #widen(raw: Uint8Array, start: number): void {
    const [least, most] = [this.#least, this.#most];
    for (let p = 0; p < least.length; p++) {
      const value = raw[start + p]!;
      if (value < least[p]!) least[p] = value;
      if (value > most[p]!) most[p] = value;
    }
  }
}
