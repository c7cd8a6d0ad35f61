/** Layers as they are lowered, without the pixels that nobody reads: a pool leaves out rows and columns that fill no window. */

import type { Layer, ShapedLayer } from '../layer.js';
import type { Shape } from '../shape.js';

/**
 * Layers → layers: one that can, and whose last rows or columns the pool behind it leaves out, does not compute them
 * (7 × 7 pixels before a pool of 2 × 2 are 6 × 6: a quarter less work). `use` is what the layers are lowered for:
 * between the two there may be layers that are pixelwise in it.
 */
export function cropUnreadPixels(
  layers: readonly ShapedLayer[],
  use: 'training' | 'inference',
): ShapedLayer[] {
  const trimmed = [...layers];
  for (const [pool, { layer, input }] of layers.entries()) {
    const read = readBy(layer, input);
    if (!read) continue;
    let source = pool - 1;
    while (isPixelwise(trimmed[source]?.layer, use)) source--;
    const whole = trimmed[source]?.layer;
    if (!whole?.cropOutput) continue;
    for (let i = source; i <= pool; i++) {
      const own = trimmed[i]!;
      trimmed[i] = {
        ...own,
        layer: i === source ? whole.cropOutput(...read) : own.layer,
        input: i === source ? own.input : cut(own.input, read),
        output: i === pool ? own.output : cut(own.output, read),
      };
    }
  }
  return trimmed;
}

type Area = readonly [rows: number, columns: number];

/** What a pool reads of its input, where that is not all. */
function readBy(
  { poolingWindow: pools }: Layer,
  [, rows = 0, columns = 0]: Shape,
): Area | undefined {
  if (!pools || (rows % pools === 0 && columns % pools === 0)) return undefined;
  return [rows - (rows % pools), columns - (columns % pools)];
}

const isPixelwise = (layer: Layer | undefined, use: 'training' | 'inference') =>
  layer?.elementwise === 'always' || (layer?.elementwise === 'inference' && use === 'inference');

const cut = ([channels = 0]: Shape, read: Area): Shape => [channels, ...read];
