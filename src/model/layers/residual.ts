/** Residual block (He et al. 2016, https://arxiv.org/abs/1512.03385). */

import type { Tensor } from '@tensorflow/tfjs';
import type { KerasValue } from '../contexts.js';
import type { Layer } from '../layer.js';
import type { LayerOptions } from '../layer-options.js';
import { Branches, readBranch } from '../lowering/branches.js';
import { type ReadLayer, readSequence } from '../lowering/sequence.js';
import type { Shape } from '../shape.js';

/**
 * Residual block: layers(x) + shortcut(x), of one shape. Options: layers; shortcut, the identity unless given, for a block
 * that changes the shape (a 1 × 1 convolution, say). Parameters: `conv1.kernel` and `shortcut.conv1.kernel`.
 */
export function residual(options: LayerOptions, read: ReadLayer): Layer {
  const where = options.path;
  const body = readSequence(`${where}.layers`, options.raw('layers'), read);
  const raw = options.raw('shortcut');
  const shortcut = raw === undefined ? [] : readBranch(`${where}.shortcut`, raw, read, 'shortcut.');
  const branches = new Branches([body, shortcut].map((layers) => ({ where, layers })));
  return {
    kind: 'residual',
    ...branches.common,
    outputShape: (input) => {
      const [output, beside] = branches.outputs(input) as [Shape, Shape];
      if (output.join() !== beside.join())
        throw new Error(
          `the layers give ${output.join(' × ')} values, the shortcut ${beside.join(' × ')}; they are to be added`,
        );
      return output;
    },
    inference: (context, input, shape) =>
      context.graph.op('Add', branches.inference(context, input, shape)),
    training: (context, input, shape) => {
      const { outputs, backward } = branches.training(context, input, shape);
      return {
        output: context.graph.op('Add', outputs),
        backward: (outer) => backward([outer, outer]),
      };
    },
    keras: ({ add }, input, shape, within) => {
      const values = branches.keras(within, input, shape) as [KerasValue, KerasValue];
      const [main, beside] = values;
      if (main.features?.join() !== beside.features?.join())
        throw new Error('TensorFlow.js cannot add features that it has in two orders');
      return { ...main, ...add('Add', values) };
    },
    tensorflow: (context, input, shape) => {
      const [main, beside] = branches.tensorflow(context, input, shape) as [Tensor, Tensor];
      return context.tf.add(main, beside);
    },
  };
}
