/** Initial values of parameters. */

import type { ParameterSpec } from '../layer.js';

/** Uniform on ±√(6 / (fanIn + fanOut)), after Glorot and Bengio 2010. */
export function glorotUniform(fanIn: number, fanOut: number): ParameterSpec['initial'] {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return (values, generator) => {
    for (let i = 0; i < values.length; i++) values[i] = (2 * generator.uniform() - 1) * limit;
  };
}

/** The first filters [filters, channels, side, side] pass on a channel each, as it is; those that are left are as `otherwise` makes them. */
export function dirac(
  channels: number,
  side: number,
  otherwise: ParameterSpec['initial'],
): ParameterSpec['initial'] {
  const area = side * side;
  return (values, ...rest) => {
    otherwise(values, ...rest);
    const passing = Math.min(channels, values.length / (channels * area));
    values.fill(0, 0, passing * channels * area);
    for (let i = 0; i < passing; i++) values[(i * channels + i) * area + Math.floor(area / 2)] = 1;
  };
}

export function constant(value: number): ParameterSpec['initial'] {
  return (values) => {
    values.fill(value);
  };
}
