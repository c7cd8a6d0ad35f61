/** What a sequence of layers is in training: the same function, in the order and the company in which its layers are cheapest. */

import type { Layer, ShapedLayer } from '../layer.js';
import { imageShape, type Shape } from '../shape.js';
import { cropUnreadPixels } from './crop-unread-pixels.js';
import { windowSizes } from './pixel-layout.js';
import { swapPool } from './swap-pool.js';

/** One layer, or two lowered together under the name of the first (the second has no parameters of its own). */
export interface TrainingStep {
  readonly name: string;
  readonly layer: Layer;
  readonly input: Shape;
  readonly output: Shape;
  readonly training: Layer['training'];
  /** The layer whose wish about the order of pixels counts. */
  readonly layoutLayer: Layer;
  /** The pieces in which it would like its input, in their order (see pieces.ts). */
  readonly tiles?: readonly number[] | undefined;
}

/** Layers → steps: a pool goes before the activation it follows, and is joined to the layer before it that can be, or spares that layer what it does not read. */
export function trainingPass(layers: readonly ShapedLayer[]): TrainingStep[] {
  const steps: TrainingStep[] = [];
  const ordered = cropUnreadPixels(poolsFirst(layers), 'training');
  for (let i = 0; i < ordered.length; i++) {
    const own = ordered[i]!;
    const next = ordered[i + 1];
    const joined = next && own.layer.fuseTraining?.(next);
    const { name, layer, input } = own;
    if (next && joined) {
      steps.push({
        name,
        layer,
        input,
        output: next.output,
        training: joined,
        layoutLayer: next.layer,
        tiles: windowPieces(next),
      });
      i++;
    } else steps.push({ ...own, training: layer.training, layoutLayer: layer });
  }
  return steps;
}

function windowPieces({ layer, input }: ShapedLayer): readonly number[] | undefined {
  if (layer.poolingWindow === undefined) return undefined;
  const [, rows, columns] = imageShape(input, layer.kind);
  return windowSizes(rows, columns, layer.poolingWindow);
}

/** The activation's work falls with the pool's share of the values, forwards and backwards. */
function poolsFirst(layers: readonly ShapedLayer[]): ShapedLayer[] {
  const ordered = [...layers];
  for (let i = 0; i + 1 < ordered.length; i++) {
    const [one, two] = [ordered[i]!, ordered[i + 1]!];
    if (one.layer.monotonic && two.layer.poolingWindow) swapPool(ordered, i);
  }
  return ordered;
}
