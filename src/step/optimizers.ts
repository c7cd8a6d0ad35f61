/** Optimisers as pure arithmetic on flat arrays: state in, state out, any range of the parameters at a time. */

/** An optimiser and its hyperparameters. */
export type OptimizerSpec =
  | {
      readonly kind: 'sgd';
      readonly learningRate: number;
      readonly momentum: number;
      readonly nesterov: boolean;
      /** L2 penalty's coefficient, on kernels. */
      readonly weightDecay: number;
    }
  | {
      /** `adamw` decouples the weight decay from the gradient; `adam` adds it to the gradient. */
      readonly kind: 'adam' | 'adamw';
      readonly learningRate: number;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly weightDecay: number;
    };

/** Range of parameters with the same weight decay. */
export interface UpdateRange {
  readonly from: number;
  readonly to: number;
  /** True if weight decay applies. */
  readonly decay: boolean;
}

/** Arrays and scalars of an update. */
export interface UpdateInput {
  /** [parameterCount], changed in place, like the state, within the range only. */
  readonly parameters: Float32Array;
  /** [parameterCount]. */
  readonly gradients: Float32Array;
  /** [parameterCount] each, `stateArrays` of them, zeros at first. */
  readonly state: readonly Float32Array[];
  readonly learningRate: number;
  /** Step of the run, from 1. */
  readonly step: number;
}

/** An optimiser. */
export interface Optimizer {
  /** Count of arrays of state. */
  readonly stateArrays: number;
  update(input: UpdateInput, range: UpdateRange): void;
}

/** Creates the optimiser that a recipe describes. */
export function createOptimizer(spec: OptimizerSpec): Optimizer {
  return spec.kind === 'sgd' ? sgd(spec) : adam(spec);
}

/** Stochastic gradient descent with (Nesterov) momentum, as PyTorch defines it: v ← μv + g; p ← p − η (g + μv) or p − ηv. */
function sgd(spec: OptimizerSpec & { kind: 'sgd' }): Optimizer {
  const { momentum, nesterov, weightDecay } = spec;
  return {
    stateArrays: 1,
    update({ parameters, gradients, state, learningRate }, { from, to, decay }) {
      const velocity = state[0]!;
      const penalty = decay ? weightDecay : 0;
      for (let i = from; i < to; i++) {
        const p = parameters[i]!;
        const g = gradients[i]! + penalty * p;
        const v = momentum * velocity[i]! + g;
        velocity[i] = v;
        parameters[i] = p - learningRate * (nesterov ? g + momentum * v : v);
      }
    },
  };
}

/** Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019), bias-corrected, ε outside the root, as in PyTorch. */
function adam(spec: OptimizerSpec & { kind: 'adam' | 'adamw' }): Optimizer {
  const { kind, beta1, beta2, epsilon, weightDecay } = spec;
  return {
    stateArrays: 2,
    update({ parameters, gradients, state, learningRate, step }, { from, to, decay }) {
      const [first, second] = state as [Float32Array, Float32Array];
      const stepSize = learningRate / (1 - beta1 ** step);
      const correction = 1 / Math.sqrt(1 - beta2 ** step);
      const penalty = decay && kind === 'adam' ? weightDecay : 0;
      const keep = decay && kind === 'adamw' ? 1 - learningRate * weightDecay : 1;
      for (let i = from; i < to; i++) {
        const p = parameters[i]!;
        const g = gradients[i]! + penalty * p;
        const m = beta1 * first[i]! + (1 - beta1) * g;
        const v = beta2 * second[i]! + (1 - beta2) * g * g;
        first[i] = m;
        second[i] = v;
        parameters[i] = keep * p - (stepSize * m) / (Math.sqrt(v) * correction + epsilon);
      }
    },
  };
}
