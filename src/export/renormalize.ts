/** From one normalisation to another, as a layer: so that models that were fitted to different images can see the same ones. */

import { type Normalization, sameNormalization } from '../idx/normalization.js';
import type { LayerSpec } from '../model/lowering/sequence.js';

/**
 * The layers, one or none, that make of pixels normalised as `given` those normalised as `wanted`:
 * (p − m₂) / d₂ = d₁ / d₂ · (p − m₁) / d₁ + (m₁ − m₂) / d₂. Undefined where they differ and one of them is per pixel, or
 * no such layer can have so large or so small a factor.
 */
export function renormalizeModel(
  given: Normalization,
  wanted: Normalization,
): readonly LayerSpec[] | undefined {
  if (sameNormalization(given, wanted)) return [];
  if (given.per === 'pixel' || wanted.per === 'pixel') return undefined;
  const [m1, d1, m2, d2] = [given, wanted].flatMap(({ mean, deviation }) => [
    mean[0]!,
    deviation[0]!,
  ]) as [number, number, number, number];
  const [factor, offset] = [d1 / d2, (m1 - m2) / d2];
  const within = factor >= 1e-6 && factor < 1e6 && Math.abs(offset) < 1e6;
  return within ? [{ kind: 'scale', factor, offset }] : undefined;
}
