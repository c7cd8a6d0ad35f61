/** A residual block (He et al. 2016): the sum of what its layers make of the input and of the input itself, or of what `shortcut` makes of it. */

import type { Value } from '../graph.js';
import type { InferenceContext, Layer, LayerOptions, Shape, TrainingContext } from '../layer.js';
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

/** Options: layers, and shortcut where the shape changes (a 1 × 1 convolution, say). Parameters: `conv1.kernel` and `shortcut.conv1.kernel`. */
export function residual(options: LayerOptions, read: ReadLayer): Layer {
  const body = readSequence(`${options.where}.layers`, options.raw('layers'), read);
  const raw = options.raw('shortcut');
  const shortcut =
    raw === undefined
      ? []
      : readSequence(`${options.where}.shortcut`, raw, read).map((layer) => ({
          ...layer,
          name: `shortcut.${layer.name}`,
        }));
  const shaped = (layers: readonly NamedLayer[], input: Shape) =>
    shapeSequence(options.where, layers, input);
  const all = (input: Shape) => [...shaped(body, input), ...shaped(shortcut, input)];
  return {
    kind: 'residual',
    first: [...body, ...shortcut].some(({ layer }) => layer.first),
    outputShape: (input) => {
      const output = shaped(body, input).at(-1)?.output ?? input;
      const beside = shaped(shortcut, input).at(-1)?.output ?? input;
      if (output.join() !== beside.join())
        throw new Error(
          `the layers give ${output.join(' × ')} values, the shortcut ${beside.join(' × ')}; they are to be added`,
        );
      return output;
    },
    parameters: (input) => gatherSpecs(all(input), (layer, shape) => layer.parameters(shape)),
    statistics: (input) => gatherSpecs(all(input), (layer, shape) => layer.statistics?.(shape)),
    inference: (context: InferenceContext, input: Value, shape) =>
      context.graph.op('Add', [
        sequenceInference(context, shaped(body, shape), input),
        sequenceInference(context, shaped(shortcut, shape), input),
      ]),
    training: (context: TrainingContext, input: Value, shape) => {
      const { graph } = context;
      const main = sequenceTraining(context, shaped(body, shape), input);
      const beside = sequenceTraining(context, shaped(shortcut, shape), input);
      return {
        output: graph.op('Add', [main.output, beside.output]),
        backward: (outer) => {
          const [a, b] = [main.backward(outer), beside.backward(outer)];
          return a && b && context.needsInputGradient ? graph.op('Add', [a, b]) : undefined;
        },
      };
    },
    keras: ({ add }, input, shape, within) => {
      const main = within(shaped(body, shape), input);
      const beside = within(shaped(shortcut, shape), input);
      if (main.features?.join() !== beside.features?.join())
        throw new Error('TensorFlow.js cannot add features that it has in two orders');
      return { ...main, ...add('Add', [main, beside]) };
    },
    tensorflow: (context, input, shape) =>
      context.tf.add(
        sequenceTensorFlow(context, shaped(body, shape), input),
        sequenceTensorFlow(context, shaped(shortcut, shape), input),
      ),
  };
}
