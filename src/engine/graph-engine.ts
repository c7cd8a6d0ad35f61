/**
 * Contract of an engine that executes graphs: compile a graph of ordinary ONNX operators, run it. With it, the programs
 * of training come from parallel/graph-programs.ts, and no layer has to know the engine.
 */

import type { ConvolutionLowering } from '../model/convolution-lowering.js';
import type { Graph } from '../onnx/graph.js';

/** Memory of one input or output of a graph; it belongs to this thread. */
export interface BoundTensor {
  /** [product of the shape], row-major. */
  readonly values: Float32Array | Uint8Array;
  readonly shape: readonly number[];
}

/** A compiled graph. */
export interface CompiledGraph {
  /**
   * Binds memory to inputs and outputs by name. The function that it returns runs the graph: it reads what the inputs
   * then hold, and fills the outputs; graph outputs that are not bound are not computed.
   */
  bind(
    inputs: Readonly<Record<string, BoundTensor>>,
    outputs: Readonly<Record<string, BoundTensor>>,
  ): () => Promise<void>;
  release(): Promise<void>;
}

/** An engine that executes graphs, single-threaded: a step is shared by several (see parallel/). */
export interface GraphEngine {
  /** Lowering of convolutions that the engine prefers in training graphs; undefined for that of the layers. */
  readonly convolution: ConvolutionLowering | undefined;
  /** Compiles a graph, or the bytes of an ONNX file. Throws an Error of the engine for one that it cannot execute. */
  compile(graph: Graph | Uint8Array): Promise<CompiledGraph>;
}
