/** Signatures of the operators that lowerings use, after https://onnx.ai/onnx/operators/ (operator set 17). */

/** Types of attributes. */
export type AttributeType = 'integer' | 'integers' | 'float' | 'string' | 'graph';

/** An operator's arity, and its attributes by name. */
export interface Operator {
  /** The least and the most inputs. */
  readonly inputs: readonly [least: number, most: number];
  /** One unless given. */
  readonly outputs?: number | 'any';
  /** Those with a `?` are optional. Of ONNX's own attributes only those in use. */
  readonly attributes?: Readonly<Record<string, AttributeType | `${AttributeType}?`>>;
}

const unary: Operator = { inputs: [1, 1] };
const binary: Operator = { inputs: [2, 2] };
const some: Operator = { inputs: [1, Number.POSITIVE_INFINITY] };
const along: Operator = { inputs: [1, 1], attributes: { axis: 'integer' } };

/** By type, with the domain and a dot before it where it is not ONNX's own. */
export const operators: Readonly<Record<string, Operator>> = {
  Add: binary,
  BatchNormalization: { inputs: [5, 5], attributes: { epsilon: 'float' } },
  Cast: { inputs: [1, 1], attributes: { to: 'integer' } },
  Concat: { ...some, attributes: { axis: 'integer' } },
  Conv: { inputs: [2, 3], attributes: { pads: 'integers', strides: 'integers' } },
  Div: binary,
  Equal: binary,
  Erf: unary,
  Exp: unary,
  Expand: binary,
  Gather: { inputs: [2, 2], attributes: { axis: 'integer' } },
  Gemm: { inputs: [2, 3], attributes: { transA: 'integer?', transB: 'integer?' } },
  HardSigmoid: { inputs: [1, 1], attributes: { alpha: 'float', beta: 'float' } },
  Identity: unary,
  If: { inputs: [1, 1], attributes: { then_branch: 'graph', else_branch: 'graph' } },
  InstanceNormalization: { inputs: [3, 3], attributes: { epsilon: 'float' } },
  Less: binary,
  LogSoftmax: along,
  Max: some,
  MaxPool: { inputs: [1, 1], attributes: { kernel_shape: 'integers', strides: 'integers' } },
  Min: some,
  Mul: binary,
  Neg: unary,
  Pad: { inputs: [2, 3] },
  Reciprocal: unary,
  ReduceMean: { inputs: [1, 1], attributes: { axes: 'integers', keepdims: 'integer' } },
  ReduceMin: { inputs: [1, 1], attributes: { keepdims: 'integer' } },
  ReduceSum: { inputs: [2, 2], attributes: { keepdims: 'integer' } },
  Relu: unary,
  Reshape: binary,
  Sigmoid: unary,
  Sign: unary,
  Slice: { inputs: [3, 5] },
  Softmax: along,
  Split: { inputs: [2, 2], outputs: 'any', attributes: { axis: 'integer' } },
  Sqrt: unary,
  Squeeze: binary,
  Sub: binary,
  Transpose: { inputs: [1, 1], attributes: { perm: 'integers' } },
  Unsqueeze: binary,
  Where: { inputs: [3, 3] },
  'com.microsoft.nchwc.Conv': {
    inputs: [2, 3],
    attributes: {
      kernel_shape: 'integers',
      pads: 'integers',
      strides: 'integers',
      dilations: 'integers',
      group: 'integer',
    },
  },
  'com.microsoft.nchwc.ReorderInput': { inputs: [1, 1], attributes: { channels_last: 'integer' } },
  'com.microsoft.nchwc.ReorderOutput': {
    inputs: [1, 1],
    attributes: { channels: 'integer', channels_last: 'integer' },
  },
};
