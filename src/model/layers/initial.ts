/** Initialisers of parameters. */

import type { ParameterSpec } from '../layer.js';

/** Glorot initialiser: uniform on ±√(6 / (fanIn + fanOut)) (Glorot and Bengio 2010, https://proceedings.mlr.press/v9/glorot10a.html). */
export function glorotUniform(fanIn: number, fanOut: number): ParameterSpec['initial'] {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return (values, generator) => {
    for (let i = 0; i < values.length; i++) values[i] = (2 * generator.uniform() - 1) * limit;
  };
}

/** Dirac initialiser: each of the first filters passes one channel unchanged, the rest are by `otherwise`. values: [filters, channels, side, side]. */
export function dirac(
  channels: number,
  side: number,
  otherwise: ParameterSpec['initial'],
): ParameterSpec['initial'] {
  const area = side * side;
  return (values, ...rest) => {
    otherwise(values, ...rest);
    const identities = Math.min(channels, values.length / (channels * area));
    values.fill(0, 0, identities * channels * area);
    for (let i = 0; i < identities; i++)
      values[(i * channels + i) * area + Math.floor(area / 2)] = 1;
  };
}

/** Constant initialiser. */
export function constant(value: number): ParameterSpec['initial'] {
  return (values) => {
    values.fill(value);
  };
}
