/** Fill modes: the values beyond the edge of an image. */

import type { Fill } from './spec.js';

/**
 * The row (or column) that stands at `index`, of `size` there are; −1 where it is black.
 * `nearest` repeats the edge (a a a | a b c), `reflect` mirrors about it (c b a | a b c); they and `zero` are what
 * SciPy's ndimage calls `nearest`, `reflect` and `grid-constant`.
 */
export function filledIndex(index: number, size: number, fill: Fill): number {
  if (index >= 0 && index < size) return index;
  switch (fill) {
    case 'zero':
      return -1;
    case 'nearest':
      return index < 0 ? 0 : size - 1;
    case 'reflect': {
      const period = 2 * size;
      const phase = ((index % period) + period) % period;
      return phase < size ? phase : period - 1 - phase;
    }
  }
}
