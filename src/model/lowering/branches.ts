/** Parallel branches: one input given to several sequences of layers, whose outputs a kind of layer then joins. */

import type { Tensor } from '@tensorflow/tfjs';
import type { Value } from '../../onnx/graph.js';
import type { KerasValue, TensorFlowContext } from '../contexts.js';
import type {
  InferenceContext,
  KerasSequence,
  Layer,
  NamedLayer,
  TrainingContext,
} from '../layer.js';
import type { Shape } from '../shape.js';
import {
  gatherSpecs,
  type ReadLayer,
  readSequence,
  sequenceInference,
  sequenceTraining,
  shapeSequence,
} from './sequence.js';
import { sequenceTensorFlow } from './tensorflow.js';

/** One branch. */
export interface Branch {
  /** Its path in messages about shapes. */
  readonly where: string;
  /** Empty: the branch is the identity. */
  readonly layers: readonly NamedLayer[];
}

/** Reads the layers of a branch; their names get `prefix` before them. */
export function readBranch(
  where: string,
  specs: unknown,
  read: ReadLayer,
  prefix: string,
): NamedLayer[] {
  return readSequence(where, specs, read).map((layer) => ({
    ...layer,
    name: `${prefix}${layer.name}`,
  }));
}

/** The parallel branches of a layer, lowered one after another; each method gives one value a branch. */
export class Branches {
  constructor(readonly branches: readonly Branch[]) {}

  /** The part of the layer contract that concerns parameters. */
  get common(): Required<Pick<Layer, 'mustBeFirst' | 'parameters' | 'statistics'>> {
    return {
      mustBeFirst: this.branches.some(({ layers }) =>
        layers.some(({ layer }) => layer.mustBeFirst),
      ),
      parameters: (input) =>
        gatherSpecs(this.#shaped(input).flat(), (layer, shape) => layer.parameters(shape)),
      statistics: (input) =>
        gatherSpecs(this.#shaped(input).flat(), (layer, shape) => layer.statistics?.(shape)),
    };
  }

  /** Output shapes. */
  outputs(input: Shape): Shape[] {
    return this.#shaped(input).map((layers) => layers.at(-1)?.output ?? input);
  }

  /** Inference nodes. */
  inference(context: InferenceContext, input: Value, shape: Shape): Value[] {
    return this.#shaped(shape).map((layers) => sequenceInference(context, layers, input));
  }

  /** Training nodes: `backward` takes the gradient of each output, and gives the sum of the input gradients where that is needed. */
  training(context: TrainingContext, input: Value, shape: Shape) {
    const nodes = this.#shaped(shape).map((layers) => sequenceTraining(context, layers, input));
    return {
      outputs: nodes.map(({ output }) => output),
      backward: (outer: readonly Value[]): Value | undefined => {
        const gradients = nodes.map(({ backward }, i) => backward(outer[i]!));
        if (!context.needsInputGradient) return undefined;
        return gradients.reduce((sum, one) => sum && one && context.graph.op('Add', [sum, one]));
      },
    };
  }

  /** Keras layers. */
  keras(within: KerasSequence, input: KerasValue, shape: Shape): KerasValue[] {
    return this.#shaped(shape).map((layers) => within(layers, input));
  }

  /** TensorFlow.js values. */
  tensorflow(context: TensorFlowContext, input: Tensor, shape: Shape): Tensor[] {
    return this.#shaped(shape).map((layers) => sequenceTensorFlow(context, layers, input));
  }

  #shaped(input: Shape) {
    return this.branches.map(({ where, layers }) => shapeSequence(where, layers, input));
  }
}
