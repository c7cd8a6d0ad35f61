/** ONNX Runtime as an engine that executes graphs: one single-threaded session a graph. */

import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { encodeOnnx } from '../../onnx/encode.js';
import type { BoundTensor, CompiledGraph, GraphEngine } from '../graph-engine.js';
import { blockSize } from './block-size.js';
import { blockedConvolutions } from './blocked-conv.js';
import { loadOnnxRuntime, singleThread } from './runtime.js';

/** Loads the runtime. Throws OperationalError where it does not load. */
export async function openGraphEngine(): Promise<GraphEngine> {
  const ort = await loadOnnxRuntime();
  const block = await blockSize();
  const tensors = (values: Readonly<Record<string, BoundTensor>>): Record<string, Tensor> =>
    Object.fromEntries(
      Object.entries(values).map(([name, tensor]) => [name, tensorOf(ort, tensor)]),
    );
  return {
    convolution: block === undefined ? undefined : blockedConvolutions(block),
    compile: async (graph) => {
      const bytes = graph instanceof Uint8Array ? graph : encodeOnnx(graph);
      return compiledSession(await ort.InferenceSession.create(bytes, singleThread), tensors);
    },
  };
}

function compiledSession(
  session: InferenceSession,
  tensors: (values: Readonly<Record<string, BoundTensor>>) => Record<string, Tensor>,
): CompiledGraph {
  return {
    bind: (inputs, outputs) => {
      const [feeds, fetches] = [tensors(inputs), tensors(outputs)];
      return async () => {
        await session.run(feeds, fetches);
      };
    },
    release: () => session.release(),
  };
}

function tensorOf(ort: typeof import('onnxruntime-node'), { values, shape }: BoundTensor): Tensor {
  return values instanceof Float32Array
    ? new ort.Tensor('float32', values, shape)
    : new ort.Tensor('uint8', values, shape);
}
