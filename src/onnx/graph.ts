/** Builds an ONNX graph node by node. Names are given in order of creation, so the same calls give the same graph. */

/** The name of a tensor in the graph. */
export type Value = string & { readonly value?: unique symbol };

export type ElementType = 'float' | 'uint8' | 'int64' | 'bool';

/** A number of elements, or the name of a size only known when the graph is run. */
export type Dimension = number | string;

export type Attribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly graph: Graph };

export interface GraphNode {
  readonly type: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The set of operators that the type is of, where it is not ONNX's own. */
  readonly domain?: string;
}

export interface Initializer {
  readonly name: Value;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Little-endian bytes of the elements. */
  readonly data: Uint8Array;
}

export interface GraphPort {
  readonly name: Value;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly initializers: Initializer[] = [];
  readonly inputs: GraphPort[] = [];
  readonly outputs: GraphPort[] = [];
  readonly #constants = new Map<string, Value>();
  /** Values that are there in pieces; `whole` once they have been joined. */
  readonly #pieces = new Map<Value, Pieces>();
  #count = 0;

  /** `prefix`: what the names of all its values begin with, so that they are no others' within a graph that holds this one. */
  constructor(
    readonly name: string,
    readonly prefix = '',
  ) {}

  /** Declares an input of the graph. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** A weight stored in the file under a stable name. */
  initializer(name: string, values: Float32Array, shape: readonly number[]): Value {
    this.initializers.push({ name, type: 'float', shape, data: littleEndianFloats(values) });
    return name;
  }

  /** A constant of floats: a scalar for a number, else a tensor of `shape` (default: one dimension). Equal ones are stored once. */
  floats(values: number | readonly number[], shape?: readonly number[]): Value {
    const list = typeof values === 'number' ? [values] : values;
    const dims = shape ?? (typeof values === 'number' ? [] : [list.length]);
    return this.#constant('float', dims, littleEndianFloats(Float32Array.from(list)), [...list]);
  }

  /** A constant list of whole numbers: a shape, axes, or pads. */
  integers(values: readonly number[]): Value {
    const data = Buffer.alloc(8 * values.length);
    for (const [i, value] of values.entries()) data.writeBigInt64LE(BigInt(value), 8 * i);
    return this.#constant('int64', [values.length], data, values);
  }

  /** Adds a node with one output; `domain` where its type is none of ONNX's own. */
  op(
    type: string,
    inputs: readonly Value[],
    attributes: Readonly<Record<string, Attribute>> = {},
    domain?: string,
  ): Value {
    const output = this.#name();
    this.#add({ type, inputs, outputs: [output], attributes, ...(domain && { domain }) });
    return output;
  }

  /** Cuts a value into pieces of the given sizes along an axis. */
  split(value: Value, sizes: readonly number[], axis: number): Value[] {
    const outputs = sizes.map(() => this.#name());
    const inputs = [value, this.integers(sizes)];
    this.#add({ type: 'Split', inputs, outputs, attributes: { axis } });
    return outputs;
  }

  /**
   * One of two values of the same shape, as the bool `condition` says when the graph is run; the other is not computed.
   * What the two are made of is added to the branch they are given; they may take whole values of this graph too.
   */
  either(
    condition: Value,
    shape: readonly number[],
    yes: (branch: Graph) => Value,
    no: (branch: Graph) => Value,
  ): Value {
    const branch = (make: (branch: Graph) => Value, which: string) => {
      const graph = new Graph(which, `${this.#name()}.`);
      graph.output(`${graph.prefix}${which}`, make(graph), 'float', shape);
      return { graph };
    };
    return this.op('If', [condition], {
      then_branch: branch(yes, 'then'),
      else_branch: branch(no, 'else'),
    });
  }

  /** A value that is there in pieces of the given sizes along axis 1. They are put together where somebody takes it whole. */
  joinTiles(pieces: readonly Value[], sizes: readonly number[]): Value {
    const [only, ...others] = pieces;
    if (only !== undefined && others.length === 0) return only;
    const value = this.#name();
    this.#pieces.set(value, { pieces, sizes, whole: false });
    return value;
  }

  /** The pieces that a value is there in, if they are of these sizes. */
  tilesOf(value: Value, sizes?: readonly number[]): Omit<Pieces, 'whole'> | undefined {
    const found = this.#pieces.get(value);
    return found && (!sizes || alike(found.sizes, sizes)) ? found : undefined;
  }

  /** A value in pieces of the given sizes along axis 1: those that it is there in, or cut. */
  tiles(value: Value, sizes: readonly number[]): readonly Value[] {
    if (sizes.length === 1) return [value];
    return this.tilesOf(value, sizes)?.pieces ?? this.split(value, sizes, 1);
  }

  /** Picks slices by their index along an axis. */
  gather(value: Value, indices: readonly number[], axis: number): Value {
    return this.op('Gather', [value, this.integers(indices)], { axis });
  }

  zeros(shape: readonly number[]): Value {
    return this.floats(new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0), shape);
  }

  reshape(value: Value, shape: readonly number[]): Value {
    return this.op('Reshape', [value, this.integers(shape)]);
  }

  transpose(value: Value, perm: readonly number[]): Value {
    return this.op('Transpose', [value], { perm });
  }

  /** Sum over `axes`, which go away. */
  sum(value: Value, axes: readonly number[]): Value {
    return this.op('ReduceSum', [value, this.integers(axes)], { keepdims: 0 });
  }

  /** Gives a value its outside name. */
  output(name: string, value: Value, type: ElementType, shape: readonly Dimension[]): void {
    this.#add({ type: 'Identity', inputs: [value], outputs: [name], attributes: {} });
    this.outputs.push({ name, type, shape });
  }

  #name(): Value {
    return `${this.prefix}t${this.#count++}`;
  }

  #add(node: GraphNode): void {
    for (const input of node.inputs) {
      const parts = this.#pieces.get(input);
      if (!parts || parts.whole) continue;
      this.#pieces.set(input, { ...parts, whole: true });
      this.#add({
        type: 'Concat',
        inputs: parts.pieces,
        outputs: [input],
        attributes: { axis: 1 },
      });
    }
    this.nodes.push(node);
  }

  #constant(
    type: ElementType,
    shape: readonly number[],
    data: Uint8Array,
    values: readonly number[],
  ): Value {
    const key = `${type} ${shape} ${values}`;
    const known = this.#constants.get(key);
    if (known !== undefined) return known;
    const name = `${this.prefix}c${this.#constants.size}`;
    this.#constants.set(key, name);
    this.initializers.push({ name, type, shape, data });
    return name;
  }
}

interface Pieces {
  readonly pieces: readonly Value[];
  readonly sizes: readonly number[];
  readonly whole: boolean;
}

/** Whether two lists of sizes are the same. */
function alike(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((size, i) => size === others[i]);
}

function littleEndianFloats(values: Float32Array): Uint8Array {
  const data = Buffer.alloc(4 * values.length);
  for (let i = 0; i < values.length; i++) data.writeFloatLE(values[i]!, 4 * i);
  return data;
}
