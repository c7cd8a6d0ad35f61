/** How many channels ONNX Runtime's own layout for convolutions puts into a block: what a vector of the processor holds. */

import { encodeOnnx } from '../../onnx/encode.js';
import { Graph } from '../../onnx/graph.js';
import { blockedDomain } from './blocked-conv.js';
import { loadOnnxRuntime, singleThread } from './runtime.js';

/** No block is so small; channels that come out as they went in were put into none. */
const fewer = 4;

let found: Promise<number | undefined> | undefined;

/** 8 or 16, as the processor has it; undefined where the runtime lacks the layout. Asked once. */
export function blockSize(): Promise<number | undefined> {
  found ??= probe();
  return found;
}

/** Lays out one pixel of four channels, and looks how many there are then. */
async function probe(): Promise<number | undefined> {
  const ort = await loadOnnxRuntime();
  const graph = new Graph('block');
  const pixel = graph.input('pixel', 'float', [1, fewer, 1, 1]);
  const blocked = graph.op('ReorderInput', [pixel], { channels_last: 0 }, blockedDomain);
  graph.output('blocked', blocked, 'float', [1, 'block', 1, 1]);
  let session: Awaited<ReturnType<typeof ort.InferenceSession.create>>;
  try {
    session = await ort.InferenceSession.create(encodeOnnx(graph), singleThread);
  } catch {
    // A runtime that does not know the layout; convolutions are then products with copies.
    return undefined;
  }
  const feeds = { pixel: new ort.Tensor('float32', new Float32Array(fewer), [1, fewer, 1, 1]) };
  const { blocked: laidOut } = await session.run(feeds);
  await session.release();
  const [, channels = 0] = laidOut?.dims ?? [];
  return channels > fewer ? channels : undefined;
}
