/** Block size of ONNX Runtime's own layout for convolutions: channels in a block, as many as a vector of the processor holds. */

import { encodeOnnx } from '../../onnx/encode.js';
import { Graph } from '../../onnx/graph.js';
import { blockedDomain } from './blocked-conv.js';
import { loadOnnxRuntime, singleThread } from './runtime.js';

/** Fewer channels than any block has: a runtime that pads them has the layout. */
const fewer = 4;

let found: Promise<number | undefined> | undefined;

/** Block size, 8 or 16, by the processor; undefined where the runtime lacks the layout. Probed once. */
export function blockSize(): Promise<number | undefined> {
  found ??= probe();
  return found;
}

/** Reorders one pixel of four channels, and counts the channels of the result. */
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
    // The runtime does not know the layout; convolutions are then products of copied pixels.
    return undefined;
  }
  const feeds = { pixel: new ort.Tensor('float32', new Float32Array(fewer), [1, fewer, 1, 1]) };
  const { blocked: laidOut } = await session.run(feeds);
  await session.release();
  const [, channels = 0] = laidOut?.dims ?? [];
  return channels > fewer ? channels : undefined;
}
