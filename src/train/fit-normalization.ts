/** The normalisation that raw training pixels call for. */

import type { Normalization } from '../image/normalization.js';
import { scaleToUnit } from '../image/normalization.js';

/** Mean and deviation (population) of the pixels, in exact integer sums; a deviation of 0 becomes 1. pixels: count × size bytes. */
export function fitNormalization(
  pixels: Uint8Array,
  size: number,
  { kind, per }: Pick<Normalization, 'kind' | 'per'>,
): Normalization {
  if (kind === 'scale') return scaleToUnit;
  const period = per === 'dataset' ? 1 : size;
  const sums = new Float64Array(period);
  const squares = new Float64Array(period);
  for (let start = 0; start < pixels.length; start += period) {
    for (let p = 0; p < period; p++) {
      const value = pixels[start + p] as number;
      sums[p] = (sums[p] as number) + value;
      squares[p] = (squares[p] as number) + value * value;
    }
  }
  const count = pixels.length / period;
  const mean = Array.from(sums, (sum) => sum / count);
  const deviation = Array.from(squares, (square, p) => {
    const variance = square / count - (mean[p] as number) ** 2;
    return variance > 1e-12 ? Math.sqrt(variance) : 1;
  });
  return { kind, per, mean, deviation };
}
