/** Initial values of parameters. */

import type { ParameterSpec } from '../layer.js';

/** Uniform on ±√(6 / (fanIn + fanOut)), after Glorot and Bengio 2010. */
export function glorotUniform(fanIn: number, fanOut: number): ParameterSpec['initial'] {
  const limit = Math.sqrt(6 / (fanIn + fanOut));
  return (values, generator) => {
    for (let i = 0; i < values.length; i++) values[i] = (2 * generator.uniform() - 1) * limit;
  };
}

export function constant(value: number): ParameterSpec['initial'] {
  return (values) => {
    values.fill(value);
  };
}
