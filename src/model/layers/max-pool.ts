/** Maximum over square windows that do not overlap; rows and columns that fill no window are left out. */

import type { Graph, Value } from '../graph.js';
import { imageShape, type Layer, type LayerOptions, type Shape } from '../layer.js';

/** Options: size of the window's side (default 2). The gradient goes to the first maximum of a window, as in TensorFlow. */
export function maxPool(options: LayerOptions): Layer {
  const size = options.count('size', 2);
  const pool = (graph: Graph, input: Value) =>
    graph.op('MaxPool', [input], { kernel_shape: [size, size], strides: [size, size] });
  const outputShape = (input: Shape) => {
    const [channels, rows, columns] = imageShape(input, 'max-pool');
    if (rows < size || columns < size)
      throw new Error(`max-pool of ${size} × ${size} does not fit ${rows} × ${columns} pixels`);
    return [channels, Math.floor(rows / size), Math.floor(columns / size)];
  };
  return {
    kind: 'max-pool',
    outputShape,
    parameters: () => ({}),
    inference: ({ graph }, input) => pool(graph, input),
    training: ({ graph, batch, needsInputGradient }, input, shape) => {
      const output = pool(graph, input);
      return {
        output,
        backward: (outer) =>
          needsInputGradient
            ? spreadToFirstMaximum(graph, { input, output, outer, size, batch, shape })
            : undefined,
      };
    },
  };
}

interface Pooled {
  readonly input: Value;
  readonly output: Value;
  readonly outer: Value;
  readonly size: number;
  readonly batch: number;
  readonly shape: Shape;
}

/**
 * Compares each position of the windows with the maximum (MaxPool's own index output is slower),
 * gives the gradient to the first that is equal, and weaves the positions together again.
 */
function spreadToFirstMaximum(graph: Graph, pooled: Pooled): Value {
  const { input, output, outer, size, batch, shape } = pooled;
  const [channels, rows, columns] = imageShape(shape, 'max-pool');
  const [down, across] = [Math.floor(rows / size), Math.floor(columns / size)];
  const zero = graph.floats(0);
  let taken: Value | undefined;
  const lines: Value[] = [];
  for (let i = 0; i < size; i++) {
    const parts: Value[] = [];
    for (let j = 0; j < size; j++) {
      const from = graph.integers([i, j]);
      const to = graph.integers([i + size * (down - 1) + 1, j + size * (across - 1) + 1]);
      const steps = graph.integers([size, size]);
      const here = graph.op('Slice', [input, from, to, graph.integers([2, 3]), steps]);
      const equal = graph.op('Equal', [here, output]);
      const first: Value = taken ? graph.op('And', [equal, graph.op('Not', [taken])]) : equal;
      taken = taken ? graph.op('Or', [taken, equal]) : equal;
      const part = graph.op('Where', [first, outer, zero]);
      parts.push(graph.op('Unsqueeze', [part, graph.integers([4])]));
    }
    const line = graph.op('Concat', parts, { axis: 4 });
    lines.push(graph.op('Unsqueeze', [line, graph.integers([3])]));
  }
  const woven = graph.reshape(graph.op('Concat', lines, { axis: 3 }), [
    batch,
    channels,
    down * size,
    across * size,
  ]);
  const [below, right] = [rows - down * size, columns - across * size];
  if (below === 0 && right === 0) return woven;
  return graph.op('Pad', [woven, graph.integers([0, 0, 0, 0, 0, 0, below, right])]);
}
