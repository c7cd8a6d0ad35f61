/** The training forward pass once more, in double precision and plain loops: slow, obvious, and independent of any runtime. */

import { type ModelSpec, shapeNetwork } from '../../src/model/network.js';

export interface ReferenceInput {
  readonly spec: ModelSpec;
  readonly batch: number;
  readonly rows: number;
  readonly columns: number;
  readonly classes: number;
  /** batch × rows × columns, normalised already. */
  readonly images: ArrayLike<number>;
  /** batch × classes, rows that sum to 1. */
  readonly targets: ArrayLike<number>;
  /** As the network's slots lay them out. */
  readonly parameters: ArrayLike<number>;
  /** One mask a dropout layer, in order: batch × size multipliers. */
  readonly masks: readonly ArrayLike<number>[];
}

/** Sum over the batch of the cross-entropies. */
export function referenceLoss(input: ReferenceInput): number {
  const { batch, classes, targets } = input;
  const logits = forward(input);
  let loss = 0;
  for (let n = 0; n < batch; n++) {
    const row = logits.slice(n * classes, (n + 1) * classes);
    const largest = Math.max(...row);
    const logSum = largest + Math.log(row.reduce((sum, z) => sum + Math.exp(z - largest), 0));
    row.forEach((z, c) => {
      loss -= (targets[n * classes + c] as number) * (z - logSum);
    });
  }
  return loss;
}

function forward(input: ReferenceInput): number[] {
  const { spec, batch, parameters } = input;
  const network = shapeNetwork(spec, input);
  const masks = [...input.masks];
  let x = Array.from(input.images);
  for (const [i, { name, layer, input: shape, output }] of network.layers.entries()) {
    const options = spec.layers[i] as Record<string, number | string>;
    const of = (own: string) => {
      const slot = network.parameters.find((p) => p.name === `${name}.${own}`);
      if (!slot) throw new Error(`no parameter ${name}.${own}`);
      return (at: number) => parameters[slot.offset + at] as number;
    };
    const [channels = 0, rows = 1, columns = 1] = shape;
    const [outChannels = 0, down = 1, across = 1] = output;
    switch (layer.kind) {
      case 'relu':
        x = x.map((v) => Math.max(0, v));
        break;
      case 'flatten':
        break;
      case 'dropout': {
        const mask = masks.shift() as ArrayLike<number>;
        x = x.map((v, at) => v * (mask[at] as number));
        break;
      }
      case 'dense':
        x = map(batch, [outChannels], ([n, u]) => {
          let sum = of('bias')(u);
          for (let f = 0; f < channels; f++)
            sum += (x[n * channels + f] as number) * of('kernel')(f * outChannels + u);
          return sum;
        });
        break;
      case 'conv': {
        const side = Number(options.kernel ?? 3);
        const pad = options.padding === 'valid' ? 0 : (side - 1) / 2;
        const [kernel, bias] = [of('kernel'), of('bias')];
        x = map(batch, output, ([n, f, r, c]) => {
          let sum = bias(f);
          for (let ch = 0; ch < channels; ch++)
            for (let i = 0; i < side; i++)
              for (let j = 0; j < side; j++) {
                const [y, z] = [r + i - pad, c + j - pad];
                if (y < 0 || z < 0 || y >= rows || z >= columns) continue;
                const pixel = x[((n * channels + ch) * rows + y) * columns + z] as number;
                sum += pixel * kernel(((f * channels + ch) * side + i) * side + j);
              }
          return sum;
        });
        break;
      }
      case 'max-pool': {
        const size = Number(options.size ?? 2);
        x = map(batch, [outChannels, down, across], ([n, ch, r, c]) => {
          let largest = Number.NEGATIVE_INFINITY;
          for (let i = 0; i < size; i++)
            for (let j = 0; j < size; j++) {
              const at = ((n * channels + ch) * rows + r * size + i) * columns + c * size + j;
              largest = Math.max(largest, x[at] as number);
            }
          return largest;
        });
        break;
      }
      case 'batch-norm':
        x = normalise(x, batch, channels, rows * columns, of('scale'), of('offset'));
        break;
      default:
        throw new Error(`the reference knows no ${layer.kind}`);
    }
  }
  return x;
}

function normalise(
  x: readonly number[],
  batch: number,
  channels: number,
  area: number,
  scale: (at: number) => number,
  offset: (at: number) => number,
): number[] {
  const out = [...x];
  for (let ch = 0; ch < channels; ch++) {
    const places: number[] = [];
    for (let n = 0; n < batch; n++)
      for (let a = 0; a < area; a++) places.push((n * channels + ch) * area + a);
    const mean = places.reduce((sum, at) => sum + (x[at] as number), 0) / places.length;
    const variance =
      places.reduce((sum, at) => sum + ((x[at] as number) - mean) ** 2, 0) / places.length;
    for (const at of places)
      out[at] = (scale(ch) * ((x[at] as number) - mean)) / Math.sqrt(variance + 1e-3) + offset(ch);
  }
  return out;
}

/** Fills [batch, ...shape] from a function of the indices. */
function map(
  batch: number,
  shape: readonly number[],
  value: (at: [number, number, number, number]) => number,
): number[] {
  const [channels = 1, rows = 1, columns = 1] = shape;
  const out: number[] = [];
  for (let n = 0; n < batch; n++)
    for (let ch = 0; ch < channels; ch++)
      for (let r = 0; r < rows; r++)
        for (let c = 0; c < columns; c++) out.push(value([n, ch, r, c]));
  return out;
}
