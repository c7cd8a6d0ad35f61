/** Branches side by side: the channels (or features) of what each makes of the same input, one after another, as in Inception (Szegedy et al. 2015). */

import type { Tensor } from '@tensorflow/tfjs';
import type { Value } from '../graph.js';
import type { KerasValue } from '../keras.js';
import {
  type InferenceContext,
  type Layer,
  type LayerOptions,
  type Shape,
  sizeOf,
  type TrainingContext,
} from '../layer.js';
import {
  gatherSpecs,
  type NamedLayer,
  type ReadLayer,
  readSequence,
  sequenceInference,
  sequenceTraining,
  shapeSequence,
} from '../sequence.js';
import { sequenceTensorFlow } from '../tensorflow.js';

/** Options: branches, lists of layers; an empty one hands its input on. Parameters: `branch1.conv1.kernel`. */
export function concat(options: LayerOptions, read: ReadLayer): Layer {
  const branches = readBranches(options, read);
  const shaped = (input: Shape) =>
    branches.map((layers, i) => shapeSequence(branchName(options, i), layers, input));
  const outputs = (input: Shape) => shaped(input).map((layers) => layers.at(-1)?.output ?? input);
  const all = (input: Shape) => shaped(input).flat();
  return {
    kind: 'concat',
    first: branches.flat().some(({ layer }) => layer.first),
    outputShape: (input) => joinedShape(outputs(input)),
    parameters: (input) => gatherSpecs(all(input), (layer, shape) => layer.parameters(shape)),
    statistics: (input) => gatherSpecs(all(input), (layer, shape) => layer.statistics?.(shape)),
    inference: (context: InferenceContext, input: Value, shape) =>
      context.graph.op(
        'Concat',
        shaped(shape).map((layers) => sequenceInference(context, layers, input)),
        { axis: 1 },
      ),
    training: (context: TrainingContext, input: Value, shape) => {
      const { graph } = context;
      const nodes = shaped(shape).map((layers) => sequenceTraining(context, layers, input));
      const sizes = outputs(shape).map(([channels = 0]) => channels);
      return {
        output: graph.op(
          'Concat',
          nodes.map(({ output }) => output),
          { axis: 0 },
        ),
        backward: (outer) => {
          const parts = graph.split(outer, sizes, 0);
          const gradients = nodes.map(({ backward }, i) => backward(parts[i] as Value));
          if (!context.needsInputGradient) return undefined;
          return gradients.reduce((sum, one) => sum && one && graph.op('Add', [sum, one]));
        },
      };
    },
    keras: ({ add }, input, shape, within) => {
      const values = shaped(shape).map((layers) => within(layers, input));
      const features = joinedFeatures(values, outputs(shape).map(sizeOf));
      return { ...add('Concatenate', values, { axis: -1 }), ...(features ? { features } : {}) };
    },
    tensorflow: (context, input, shape) =>
      context.tf.concat(
        shaped(shape).map((layers): Tensor => sequenceTensorFlow(context, layers, input)),
        -1,
      ),
  };
}

function readBranches(options: LayerOptions, read: ReadLayer): NamedLayer[][] {
  const lists = options.raw('branches');
  if (!Array.isArray(lists) || lists.length < 2)
    throw new Error(`${options.where}.branches is not a list of at least two lists of layers`);
  return Array.from(lists, (specs: unknown, i) => {
    if (Array.isArray(specs) && specs.length === 0) return [];
    return readSequence(branchName(options, i), specs, read).map((layer) => ({
      ...layer,
      name: `branch${i + 1}.${layer.name}`,
    }));
  });
}

const branchName = ({ where }: LayerOptions, i: number) => `${where}.branches.${i}`;

function joinedShape(outputs: readonly Shape[]): Shape {
  const [[, ...area] = []] = outputs;
  if (outputs.some(([, ...other]) => other.join() !== area.join()))
    throw new Error(
      `the branches give ${outputs.map((output) => output.join(' × ')).join(', ')} values; all but the first size were expected to be the same`,
    );
  return [outputs.reduce((sum, [channels = 0]) => sum + channels, 0), ...area];
}

/** The order of all features, where a branch has its own in another one than we. */
function joinedFeatures(values: readonly KerasValue[], sizes: readonly number[]) {
  if (!values.some(({ features }) => features)) return undefined;
  let start = 0;
  return values.flatMap(({ features }, i) => {
    const size = sizes[i] as number;
    const from = start;
    start += size;
    return Array.from({ length: size }, (_, at) => from + (features?.[at] ?? at));
  });
}
