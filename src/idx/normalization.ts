/**
 * Normalisation of pixels: raw pixels 0–255 → (pixel − mean) / deviation, per data set or per
 * pixel.
 */

import { isShown } from '../core/json.js';

export interface Normalization {
  /** `scale` maps least and greatest value of the set it was fitted on to 0 and 1 (for 0–255: mean 0, deviation 255); `standardize` gives it mean 0 and standard deviation 1. */
  readonly kind: 'scale' | 'standardize';
  /** One number for all pixels, or one a pixel in row-major order. */
  readonly per: 'dataset' | 'pixel';
  /** In raw units; one value, or rows × columns. */
  readonly mean: readonly number[];
  /** Standard deviation, or the range for `scale`: in raw units, > 0; as long as `mean`. */
  readonly deviation: readonly number[];
}

export const scaleToUnit: Normalization = {
  kind: 'scale',
  per: 'dataset',
  mean: [0],
  deviation: [255],
};

/** A short name for messages: `standardize(mean 72.94, deviation 90.02)`; per pixel, the averages over all. */
export function describeNormalization(normalization: Normalization | undefined): string {
  if (!normalization) return 'raw pixels 0–255';
  const { kind, per, mean, deviation } = normalization;
  if (mean.every((m) => m === 0) && deviation.every((d) => d === 1)) return 'raw pixels 0–255';
  if (per === 'pixel')
    return `${kind} per pixel (mean ${short(average(mean))}, deviation ${short(average(deviation))} on average)`;
  return `${kind}(mean ${short(average(mean))}, deviation ${short(average(deviation))})`;
}

const average = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
const short = (value: number) => String(Number(value.toPrecision(6)));

/** True if two normalisations are the same arithmetic, to the last digit kept. */
export function sameNormalization(
  a: Normalization | undefined,
  b: Normalization | undefined,
): boolean {
  if (!a || !b) return a === b;
  const equal = (x: readonly number[], y: readonly number[]) =>
    x.length === y.length && x.every((value, i) => value === y[i]);
  return a.per === b.per && equal(a.mean, b.mean) && equal(a.deviation, b.deviation);
}

/**
 * Fault of a normalisation read from outside, in words; undefined for a sound one. pixels: rows ×
 * columns.
 */
export function normalizationFault(value: unknown, pixels: number): string | undefined {
  const n = value as Partial<Normalization> | null | undefined;
  if (typeof n !== 'object' || n === null) return `${isShown(value)}; a record was expected`;
  if (n.kind !== 'scale' && n.kind !== 'standardize')
    return `kind ${isShown(n.kind)}; scale or standardize was expected`;
  if (n.per !== 'dataset' && n.per !== 'pixel')
    return `per ${isShown(n.per)}; dataset or pixel was expected`;
  const wanted = n.per === 'dataset' ? 1 : pixels;
  for (const field of ['mean', 'deviation'] as const) {
    const list = n[field];
    if (!Array.isArray(list) || list.length !== wanted || !list.every(Number.isFinite))
      return `${field} ${isShown(list)}; a list of ${wanted} finite number${wanted === 1 ? '' : 's'} was expected`;
  }
  const flat = n.deviation?.find((d) => d <= 0);
  if (flat !== undefined) return `a deviation ${isShown(flat)}; a positive one was expected`;
  return undefined;
}

/**
 * Raw pixels → normalised ones, in f32 arithmetic done in double precision and rounded once.
 * raw: images × pixels values; the result has the same length.
 */
export function normalize(
  raw: ArrayLike<number>,
  { mean, deviation }: Normalization,
  pixels: number,
): Float32Array {
  const out = new Float32Array(raw.length);
  if (mean.length === 1) {
    const m = mean[0]!;
    const d = deviation[0]!;
    for (let i = 0; i < out.length; i++) out[i] = (raw[i]! - m) / d;
    return out;
  }
  for (let start = 0; start < out.length; start += pixels) {
    for (let p = 0; p < pixels; p++) {
      out[start + p] = (raw[start + p]! - mean[p]!) / deviation[p]!;
    }
  }
  return out;
}

/** The inverse of `normalize`, in raw units, not rounded to whole pixels. */
export function denormalize(
  normalized: Float32Array,
  { mean, deviation }: Normalization,
  pixels: number,
): Float32Array {
  const out = new Float32Array(normalized.length);
  const period = mean.length === 1 ? 1 : pixels;
  for (let start = 0; start < out.length; start += period) {
    for (let p = 0; p < period; p++) {
      out[start + p] = normalized[start + p]! * deviation[p]! + mean[p]!;
    }
  }
  return out;
}

/**
 * Raw-unit values → bytes, or undefined where some value is further than 1/1000 from a whole pixel
 * (the f32 rounding of a byte that was normalised and brought back stays far below that).
 */
export function wholePixels(values: Float32Array): Uint8Array | undefined {
  const out = new Uint8Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    const whole = Math.round(value);
    if (!(Math.abs(value - whole) < 1e-3) || whole < 0 || whole > 255) return undefined;
    out[i] = whole;
  }
  return out;
}
