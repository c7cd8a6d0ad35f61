/** Training pass: reorders and fuses the layers of a sequence so that training is cheapest; the function stays the same. */

import type { Layer, ShapedLayer } from '../layer.js';
import { imageShape, type Shape } from '../shape.js';
import { cropUnreadPixels } from './crop-unread-pixels.js';
import { windowSizes } from './pixel-layout.js';
import { swapPool } from './swap-pool.js';

/** One layer, or two fused under the name of the first (the second has no parameters). */
export interface TrainingStep {
  readonly name: string;
  readonly layer: Layer;
  readonly input: Shape;
  readonly output: Shape;
  readonly training: Layer['training'];
  /** The layer that decides on the layout of pixels. */
  readonly layoutLayer: Layer;
  /** Sizes of the tiles preferred for its input (see window-tiles.ts). */
  readonly tiles?: readonly number[] | undefined;
}

/** Moves pooling before the activation it follows, crops pixels that it does not read, and fuses it with the layer before it where that layer can be. */
export function trainingPass(layers: readonly ShapedLayer[]): TrainingStep[] {
  const steps: TrainingStep[] = [];
  const ordered = cropUnreadPixels(poolsFirst(layers), 'training');
  for (let i = 0; i < ordered.length; i++) {
    const own = ordered[i]!;
    const next = ordered[i + 1];
    const fused = next && own.layer.fuseTraining?.(next);
    const { name, layer, input } = own;
    if (next && fused) {
      steps.push({
        name,
        layer,
        input,
        output: next.output,
        training: fused,
        layoutLayer: next.layer,
        tiles: windowTiles(next),
      });
      i++;
    } else steps.push({ ...own, training: layer.training, layoutLayer: layer });
  }
  return steps;
}

function windowTiles({ layer, input }: ShapedLayer): readonly number[] | undefined {
  if (layer.poolingWindow === undefined) return undefined;
  const [, rows, columns] = imageShape(input, layer.kind);
  return windowSizes(rows, columns, layer.poolingWindow);
}

/** Moves pooling before monotonic layers, which then have a fraction of the values, forwards and backwards. */
function poolsFirst(layers: readonly ShapedLayer[]): ShapedLayer[] {
  const ordered = [...layers];
  for (let i = 0; i + 1 < ordered.length; i++) {
    const [one, two] = [ordered[i]!, ordered[i + 1]!];
    if (one.layer.monotonic && two.layer.poolingWindow) swapPool(ordered, i);
  }
  return ordered;
}
