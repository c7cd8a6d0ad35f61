/** Small ONNX models as other tools write them: any input, any output, no metadata of ours. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AdoptionWishes } from '../../src/adopt/adopt-model.js';
import { unnormalized } from '../../src/adopt/contract.js';
import { encodeGraph, encodeModelParts, type ModelParts } from '../../src/onnx/encode.js';
import { type Dimension, Graph, type Value } from '../../src/onnx/graph.js';

/** Images of 2 × 3 pixels, three classes. */
export const foreignSize = { rows: 2, columns: 3 };

export const threeClasses = { names: ['a', 'b', 'c'], labels: [0, 1, 2] };

/** A model of one input; `body` makes its outputs. Names are chosen to clash with ours. */
export function foreignModel(
  shape: readonly Dimension[],
  body: (graph: Graph, input: Value) => void,
  around: Partial<ModelParts> = {},
): Uint8Array {
  const graph = new Graph('other');
  body(graph, graph.input('image', 'float', shape));
  const operatorSets = new Map([['', 17]]);
  return encodeModelParts({ graph: encodeGraph(graph).finish(), operatorSets, ...around });
}

/** Weights of a dense layer from six pixels to three values: exact in single precision. */
export const kernel = Array.from({ length: 18 }, (_, i) => (((i * 7) % 11) - 5) / 8);

/** The values of a dense layer with these weights, in double precision. pixels: [6] */
export function denseValues(pixels: readonly number[]): number[] {
  return [0, 1, 2].map((c) => pixels.reduce((sum, p, i) => sum + p * kernel[3 * i + c]!, 0));
}

/** Flattens six pixels an image, and multiplies them by `kernel`. */
export function dense(graph: Graph, input: Value): Value {
  return graph.op('MatMul', [graph.reshape(input, [-1, 6]), graph.floats(kernel, [6, 3])]);
}

/** What a user says of such a model. */
export function wishes(changes: Partial<AdoptionWishes> = {}): AdoptionWishes {
  return {
    classes: threeClasses,
    normalization: unnormalized,
    invert: false,
    transpose: false,
    options: {},
    ...changes,
  };
}

/** Writes files into a folder of their own, for as long as `body` works. */
export async function withFiles<R>(
  files: Readonly<Record<string, Uint8Array>>,
  body: (path: (name: string) => string) => Promise<R>,
): Promise<R> {
  const folder = mkdtempSync(join(tmpdir(), 'fmnist-adopt-'));
  try {
    for (const [name, bytes] of Object.entries(files)) writeFileSync(join(folder, name), bytes);
    return await body((name) => join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}
