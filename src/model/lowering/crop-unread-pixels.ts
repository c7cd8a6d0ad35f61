/** Lowering pass that crops unread pixels: rows and columns that fill no pooling window are not computed. */

import type { Layer, ShapedLayer } from '../layer.js';
import type { Shape } from '../shape.js';

/**
 * Crops the output of a layer to the pixels that the pooling layer behind it reads, where the layer supports that
 * (7 × 7 pixels before a pool of 2 × 2 are 6 × 6: a quarter less work). Between the two there may be layers that are
 * elementwise over pixels in this use.
 */
export function cropUnreadPixels(
  layers: readonly ShapedLayer[],
  use: 'training' | 'inference',
): ShapedLayer[] {
  const cropped = [...layers];
  for (const [pool, { layer, input }] of layers.entries()) {
    const read = readArea(layer, input);
    if (!read) continue;
    let source = pool - 1;
    while (isElementwise(cropped[source]?.layer, use)) source--;
    const whole = cropped[source]?.layer;
    if (!whole?.cropOutput) continue;
    for (let i = source; i <= pool; i++) {
      const own = cropped[i]!;
      cropped[i] = {
        ...own,
        layer: i === source ? whole.cropOutput(...read) : own.layer,
        input: i === source ? own.input : crop(own.input, read),
        output: i === pool ? own.output : crop(own.output, read),
      };
    }
  }
  return cropped;
}

type Area = readonly [rows: number, columns: number];

/** The rows and columns that a pooling layer reads of its input; undefined where it reads all. */
function readArea({ poolingWindow }: Layer, [, rows = 0, columns = 0]: Shape): Area | undefined {
  if (!poolingWindow || (rows % poolingWindow === 0 && columns % poolingWindow === 0))
    return undefined;
  return [rows - (rows % poolingWindow), columns - (columns % poolingWindow)];
}

const isElementwise = (layer: Layer | undefined, use: 'training' | 'inference') =>
  layer?.elementwise === 'always' || (layer?.elementwise === 'inference' && use === 'inference');

const crop = ([channels = 0]: Shape, read: Area): Shape => [channels, ...read];
