/** Builder of ONNX graphs, node by node. Names are given in order of creation, so the same calls give the same graph. */

/** A value of the graph: the name of a tensor. */
export type Value = string & { readonly value?: unique symbol };

/** Types of elements that the graphs use. */
export type ElementType = 'float' | 'uint8' | 'int64' | 'bool';

/** A dimension: its size, or a name where that is known only when the graph is run. */
export type Dimension = number | string;

/** An attribute of a node: whole number, list of these, text, float, or a branch. */
export type Attribute =
  | number
  | readonly number[]
  | string
  | { readonly float: number }
  | { readonly graph: Graph }
  | { readonly encodedGraph: Uint8Array };

/** A node: one operator applied to values. */
export interface GraphNode {
  readonly type: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** Domain of the operator, where not ONNX's own. */
  readonly domain?: string;
}

/** A constant tensor of the graph: weights, shapes, axes. */
export interface Initializer {
  readonly name: Value;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Elements, row-major and little-endian. [bytes] */
  readonly data: Uint8Array;
}

/** An input or output of the graph. */
export interface GraphPort {
  readonly name: Value;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** A graph under construction. Its lists hold what was added so far, in order. */
export class Graph {
  readonly nodes: GraphNode[] = [];
  readonly initializers: Initializer[] = [];
  readonly inputs: GraphPort[] = [];
  readonly outputs: GraphPort[] = [];
  readonly #constants = new Map<string, Value>();
  /** Tiled values; `whole` once they have been concatenated. */
  readonly #tiles = new Map<Value, Tiles>();
  #count = 0;

  /** `prefix`: beginning of the names of all its values, so that they are unique within a graph that holds this one. */
  constructor(
    readonly name: string,
    readonly prefix = '',
  ) {}

  /** Declares an input of the graph. */
  input(name: string, type: ElementType, shape: readonly Dimension[]): Value {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** Adds a weight, stored in the file under a stable name. values: [...shape]. */
  initializer(name: string, values: Float32Array, shape: readonly number[]): Value {
    this.initializers.push({ name, type: 'float', shape, data: littleEndianFloats(values) });
    return name;
  }

  /** Adds a float constant: a scalar for a number, else a tensor of `shape` (default: one dimension). Equal ones are stored once. */
  floats(values: number | readonly number[], shape?: readonly number[]): Value {
    const list = typeof values === 'number' ? [values] : values;
    const dims = shape ?? (typeof values === 'number' ? [] : [list.length]);
    return this.#constant('float', dims, littleEndianFloats(Float32Array.from(list)), [...list]);
  }

  /** Adds a constant list of whole numbers, int64 [values]: a shape, axes, or pads. */
  integers(values: readonly number[]): Value {
    const data = Buffer.alloc(8 * values.length);
    for (const [i, value] of values.entries()) data.writeBigInt64LE(BigInt(value), 8 * i);
    return this.#constant('int64', [values.length], data, values);
  }

  /** Adds a node with one output; `domain` where its operator is not ONNX's own. */
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

  /** Splits a value into parts of the given sizes along an axis. */
  split(value: Value, sizes: readonly number[], axis: number): Value[] {
    const outputs = sizes.map(() => this.#name());
    const inputs = [value, this.integers(sizes)];
    this.#add({ type: 'Split', inputs, outputs, attributes: { axis } });
    return outputs;
  }

  /**
   * Selects one of two values of the same shape by the bool `condition` when the graph is run (If); the other is not
   * computed. `yes` and `no` add their nodes to the branch they are given; these may take values of this graph that are
   * not tiled.
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

  /** Makes one value of tiles of the given sizes along axis 1. They are concatenated only if a node takes the whole value. */
  joinTiles(tiles: readonly Value[], sizes: readonly number[]): Value {
    const [only, ...others] = tiles;
    if (only !== undefined && others.length === 0) return only;
    const value = this.#name();
    this.#tiles.set(value, { tiles, sizes, whole: false });
    return value;
  }

  /** The tiles of a tiled value, if they have these sizes. */
  tilesOf(value: Value, sizes?: readonly number[]): Omit<Tiles, 'whole'> | undefined {
    const found = this.#tiles.get(value);
    return found && (!sizes || sameSizes(found.sizes, sizes)) ? found : undefined;
  }

  /** Tiles of the given sizes along axis 1: those of a tiled value, or the value split. */
  tiles(value: Value, sizes: readonly number[]): readonly Value[] {
    if (sizes.length === 1) return [value];
    return this.tilesOf(value, sizes)?.tiles ?? this.split(value, sizes, 1);
  }

  /** Gathers slices by their index along an axis. */
  gather(value: Value, indices: readonly number[], axis: number): Value {
    return this.op('Gather', [value, this.integers(indices)], { axis });
  }

  /** Zeros of a shape. */
  zeros(shape: readonly number[]): Value {
    return this.floats(new Array<number>(shape.reduce((a, b) => a * b, 1)).fill(0), shape);
  }

  /** The same values in another shape, row-major. */
  reshape(value: Value, shape: readonly number[]): Value {
    return this.op('Reshape', [value, this.integers(shape)]);
  }

  /** The value with its axes permuted. */
  transpose(value: Value, perm: readonly number[]): Value {
    return this.op('Transpose', [value], { perm });
  }

  /** Sums over `axes`, which are removed. */
  sum(value: Value, axes: readonly number[]): Value {
    return this.op('ReduceSum', [value, this.integers(axes)], { keepdims: 0 });
  }

  /** Declares an output of the graph: `value`, under the name `name`. */
  output(name: string, value: Value, type: ElementType, shape: readonly Dimension[]): void {
    this.#add({ type: 'Identity', inputs: [value], outputs: [name], attributes: {} });
    this.outputs.push({ name, type, shape });
  }

  #name(): Value {
    return `${this.prefix}t${this.#count++}`;
  }

  #add(node: GraphNode): void {
    for (const input of node.inputs) {
      const tiled = this.#tiles.get(input);
      if (!tiled || tiled.whole) continue;
      this.#tiles.set(input, { ...tiled, whole: true });
      this.#add({
        type: 'Concat',
        inputs: tiled.tiles,
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

interface Tiles {
  readonly tiles: readonly Value[];
  readonly sizes: readonly number[];
  readonly whole: boolean;
}

/** Compares two lists of sizes. */
function sameSizes(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((size, i) => size === others[i]);
}

function littleEndianFloats(values: Float32Array): Uint8Array {
  const data = Buffer.alloc(4 * values.length);
  for (let i = 0; i < values.length; i++) data.writeFloatLE(values[i]!, 4 * i);
  return data;
}
