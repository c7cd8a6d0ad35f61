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
      loss -= targets[n * classes + c]! * (z - logSum);
    });
  }
  return loss;
}

type LayerSpecs = readonly Readonly<Record<string, unknown>>[];

function forward(input: ReferenceInput): number[] {
  const network = shapeNetwork(input.spec, input);
  const masks = [...input.masks];
  const parameter = (name: string) => {
    const slot = network.parameters.find((p) => p.name === name);
    if (!slot) throw new Error(`no parameter ${name}`);
    return (at: number) => input.parameters[slot.offset + at]!;
  };
  const start = { x: Array.from(input.images), shape: [1, input.rows, input.columns] };
  return sequence(start, input.spec.layers, '', { ...input, masks, parameter }).x;
}

interface Surroundings {
  readonly batch: number;
  readonly classes: number;
  readonly masks: ArrayLike<number>[];
  readonly parameter: (name: string) => (at: number) => number;
}

interface Values {
  readonly x: number[];
  readonly shape: readonly number[];
}

function sequence(start: Values, specs: LayerSpecs, prefix: string, around: Surroundings): Values {
  const { batch, masks, parameter } = around;
  const counts = new Map<string, number>();
  let { x, shape } = start;
  for (const spec of specs) {
    const options = spec as Record<string, number | string>;
    const kind = String(options.kind);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const name = `${prefix}${kind}${counts.get(kind)}`;
    const of = (own: string) => parameter(`${name}.${own}`);
    const output = outputShape(kind, options, shape, around.classes);
    const [channels = 0, rows = 1, columns = 1] = shape;
    const [outChannels = 0, down = 1, across = 1] = output;
    switch (kind) {
      case 'relu':
        x = x.map((v) => Math.max(0, v));
        break;
      case 'flatten':
        break;
      case 'dropout': {
        const mask = masks.shift()!;
        x = x.map((v, at) => v * mask[at]!);
        break;
      }
      case 'dense':
        x = map(batch, [outChannels], ([n, u]) => {
          let sum = of('bias')(u);
          for (let f = 0; f < channels; f++)
            sum += x[n * channels + f]! * of('kernel')(f * outChannels + u);
          return sum;
        });
        break;
      case 'conv': {
        const side = Number(options.kernel ?? 3);
        const stride = Number(options.stride ?? 1);
        const pad = options.padding === 'valid' ? 0 : (side - 1) / 2;
        const kernel = of('kernel');
        const bias = (spec as { bias?: boolean }).bias === false ? () => 0 : of('bias');
        x = map(batch, output, ([n, f, r, c]) => {
          let sum = bias(f);
          for (let ch = 0; ch < channels; ch++)
            for (let i = 0; i < side; i++)
              for (let j = 0; j < side; j++) {
                const [y, z] = [r * stride + i - pad, c * stride + j - pad];
                if (y < 0 || z < 0 || y >= rows || z >= columns) continue;
                const pixel = x[((n * channels + ch) * rows + y) * columns + z]!;
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
              largest = Math.max(largest, x[at]!);
            }
          return largest;
        });
        break;
      }
      case 'batch-norm':
        x = normalise(
          x,
          batch,
          channels,
          rows * columns,
          spec.scale === false ? () => 1 : of('scale'),
          of('offset'),
        );
        break;
      case 'group-norm':
        x = normaliseGroups(x, { batch, channels, area: rows * columns }, options, of);
        break;
      case 'squeeze-excite':
        x = excite(x, { batch, channels, area: rows * columns }, options, of);
        break;
      case 'gelu':
        x = x.map((v) => (v * (1 + erf(v / Math.SQRT2))) / 2);
        break;
      case 'scale':
        x = x.map((v) => v * Number(options.factor) + Number(options.offset ?? 0));
        break;
      case 'silu':
        x = x.map((v) => v / (1 + Math.exp(-v)));
        break;
      case 'average-pool':
        x = map(batch, [channels], ([n, ch]) => {
          const start = (n * channels + ch) * rows * columns;
          const values = x.slice(start, start + rows * columns);
          return values.reduce((a, b) => a + b, 0) / values.length;
        });
        break;
      case 'residual': {
        const { layers, shortcut } = spec as { layers: LayerSpecs; shortcut?: LayerSpecs };
        const main = sequence({ x, shape }, layers, `${name}.`, around);
        const beside = sequence({ x, shape }, shortcut ?? [], `${name}.shortcut.`, around);
        x = main.x.map((v, at) => v + beside.x[at]!);
        shape = main.shape;
        continue;
      }
      case 'concat': {
        const { branches } = spec as unknown as { branches: readonly LayerSpecs[] };
        const each = branches.map((layers, i) =>
          sequence({ x, shape }, layers, `${name}.branch${i + 1}.`, around),
        );
        const sizes = each.map((values) => values.x.length / batch);
        x = Array.from({ length: batch }, (_, n) =>
          each.flatMap((values, i) => {
            const size = sizes[i]!;
            return values.x.slice(n * size, (n + 1) * size);
          }),
        ).flat();
        const [first] = each as [Values, ...Values[]];
        shape = [each.reduce((sum, values) => sum + values.shape[0]!, 0), ...first.shape.slice(1)];
        continue;
      }
      default:
        throw new Error(`the reference knows no ${kind}`);
    }
    shape = output;
  }
  return { x, shape };
}

function outputShape(
  kind: string,
  options: Readonly<Record<string, number | string>>,
  shape: readonly number[],
  classes: number,
): readonly number[] {
  const [channels = 0, rows = 1, columns = 1] = shape;
  switch (kind) {
    case 'dense':
      return [options.units === 'classes' ? classes : Number(options.units)];
    case 'flatten':
      return [channels * rows * columns];
    case 'average-pool':
      return [channels];
    case 'max-pool': {
      const size = Number(options.size ?? 2);
      return [channels, Math.floor(rows / size), Math.floor(columns / size)];
    }
    case 'conv': {
      const [side, stride] = [Number(options.kernel ?? 3), Number(options.stride ?? 1)];
      const shrink = options.padding === 'valid' ? side - 1 : 0;
      const out = (n: number) => Math.floor((n - shrink - 1) / stride) + 1;
      return [Number(options.filters), out(rows), out(columns)];
    }
    default:
      return shape;
  }
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
    const mean = places.reduce((sum, at) => sum + x[at]!, 0) / places.length;
    const variance = places.reduce((sum, at) => sum + (x[at]! - mean) ** 2, 0) / places.length;
    for (const at of places)
      out[at] = (scale(ch) * (x[at]! - mean)) / Math.sqrt(variance + 1e-3) + offset(ch);
  }
  return out;
}

interface Sizes {
  readonly batch: number;
  readonly channels: number;
  readonly area: number;
}

type Parameter = (name: string) => (at: number) => number;

function normaliseGroups(
  x: readonly number[],
  { batch, channels, area }: Sizes,
  options: Readonly<Record<string, number | string>>,
  of: Parameter,
): number[] {
  const groups = Number(options.groups);
  const size = (channels * area) / groups;
  const out: number[] = [];
  for (let group = 0; group < batch * groups; group++) {
    const values = x.slice(group * size, (group + 1) * size);
    const mean = values.reduce((a, b) => a + b, 0) / size;
    const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / size;
    values.forEach((v, i) => {
      const channel = Math.floor((group * size + i) / area) % channels;
      const normal = (v - mean) / Math.sqrt(variance + Number(options.epsilon ?? 1e-5));
      out.push(of('scale')(channel) * normal + of('offset')(channel));
    });
  }
  return out;
}

function excite(
  x: readonly number[],
  { batch, channels, area }: Sizes,
  options: Readonly<Record<string, number | string>>,
  of: Parameter,
): number[] {
  const hidden = Math.max(1, Math.round(channels / Number(options.reduction ?? 4)));
  const out: number[] = [];
  for (let n = 0; n < batch; n++) {
    const image = x.slice(n * channels * area, (n + 1) * channels * area);
    const means = Array.from({ length: channels }, (_, c) => {
      const values = image.slice(c * area, (c + 1) * area);
      return values.reduce((a, b) => a + b, 0) / area;
    });
    const dense = (values: number[], name: string, units: number) =>
      Array.from({ length: units }, (_, u) =>
        values.reduce(
          (sum, v, i) => sum + v * of(`${name}.kernel`)(i * units + u),
          of(`${name}.bias`)(u),
        ),
      );
    const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
    const active = dense(means, 'squeeze', hidden).map((v) =>
      options.activation === 'silu' ? v * sigmoid(v) : Math.max(0, v),
    );
    const shares = dense(active, 'excite', channels).map(sigmoid);
    image.forEach((v, i) => {
      out.push(v * shares[Math.floor(i / area)]!);
    });
  }
  return out;
}

/** By Kummer's series, whose terms are all of one sign. */
function erf(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; Math.abs(term) > 1e-17 * Math.abs(sum); n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
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
