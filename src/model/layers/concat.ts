/** Concatenation of parallel branches along channels (or features), as in Inception (Szegedy et al. 2015, https://arxiv.org/abs/1409.4842). */

import type { KerasValue } from '../contexts.js';
import type { Layer } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';
import { type Branch, Branches, readBranch } from '../lowering/branches.js';
import type { ReadLayer } from '../lowering/sequence.js';
import { type Shape, sizeOf } from '../shape.js';

/**
 * Concatenated branches: [channels, rows, columns] → [sum of the branches' channels, rows, columns], or flat values alike.
 * Options: branches, lists of layers; an empty one is the identity. Parameters: those of the branches, as
 * `branch1.conv1.kernel`.
 */
export function concat(options: LayerOptions, read: ReadLayer): Layer {
  const branches = new Branches(readBranches(options, read));
  return {
    kind: 'concat',
    ...branches.common,
    outputShape: (input) => joinedShape(branches.outputs(input)),
    inference: (context, input, shape) =>
      context.graph.op('Concat', branches.inference(context, input, shape), { axis: 1 }),
    training: (context, input, shape) => {
      const { graph } = context;
      const { outputs, backward } = branches.training(context, input, shape);
      const sizes = branches.outputs(shape).map(([channels = 0]) => channels);
      return {
        output: graph.op('Concat', outputs, { axis: 0 }),
        backward: (outer) => backward(graph.split(outer, sizes, 0)),
      };
    },
    keras: ({ add }, input, shape, within) => {
      const values = branches.keras(within, input, shape);
      const features = joinedFeatures(values, branches.outputs(shape).map(sizeOf));
      return { ...add('Concatenate', values, { axis: -1 }), ...(features ? { features } : {}) };
    },
    tensorflow: (context, input, shape) =>
      context.tf.concat(branches.tensorflow(context, input, shape), -1),
  };
}

function readBranches(options: LayerOptions, read: ReadLayer): Branch[] {
  const lists = options.raw('branches');
  if (!Array.isArray(lists) || lists.length < 2)
    throw new Error(`${options.path}.branches is not a list of at least two lists of layers`);
  return Array.from(lists, (specs: unknown, i) => {
    const where = `${options.path}.branches.${i}`;
    const empty = Array.isArray(specs) && specs.length === 0;
    return { where, layers: empty ? [] : readBranch(where, specs, read, `branch${i + 1}.`) };
  });
}

function joinedShape(outputs: readonly Shape[]): Shape {
  const [[, ...area] = []] = outputs;
  if (outputs.some(([, ...other]) => other.join() !== area.join()))
    throw new Error(
      `the branches give ${outputs.map((output) => output.join(' × ')).join(', ')} values; all but the first size were expected to be the same`,
    );
  return [outputs.reduce((sum, [channels = 0]) => sum + channels, 0), ...area];
}

/** Permutation of all features, where that of a branch is not the identity. */
function joinedFeatures(values: readonly KerasValue[], sizes: readonly number[]) {
  if (!values.some(({ features }) => features)) return undefined;
  let start = 0;
  return values.flatMap(({ features }, i) => {
    const size = sizes[i]!;
    const from = start;
    start += size;
    return Array.from({ length: size }, (_, at) => from + (features?.[at] ?? at));
  });
}
