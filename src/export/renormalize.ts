/** Renormalisation as a layer, so that models with different normalisations can share an input. */

import { type Normalization, sameNormalization } from '../idx/normalization.js';
import type { LayerSpec } from '../model/lowering/sequence.js';

/**
 * Layers, one or none, that turn pixels normalised by `from` into pixels normalised by `to`:
 * (p − m₂) / d₂ = d₁ / d₂ · (p − m₁) / d₁ + (m₁ − m₂) / d₂. Undefined where they differ and one of them is per pixel, or
 * factor or offset exceed the bounds of a scale layer.
 */
export function renormalizeModel(
  from: Normalization,
  to: Normalization,
): readonly LayerSpec[] | undefined {
  if (sameNormalization(from, to)) return [];
  if (from.per === 'pixel' || to.per === 'pixel') return undefined;
  const [m1, d1, m2, d2] = [from, to].flatMap(({ mean, deviation }) => [
    mean[0]!,
    deviation[0]!,
  ]) as [number, number, number, number];
  const [factor, offset] = [d1 / d2, (m1 - m2) / d2];
  const within = factor >= 1e-6 && factor < 1e6 && Math.abs(offset) < 1e6;
  return within ? [{ kind: 'scale', factor, offset }] : undefined;
}
