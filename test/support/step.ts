/** One training step's graph on ONNX Runtime with given inputs, for tests of gradients. */

import '../../src/engine/onnxruntime/no-telemetry.js';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Normalization } from '../../src/idx/normalization.js';
import type { ConvolutionLowering } from '../../src/model/convolution-lowering.js';
import { type MaskPort, maskSize, trainingGraph } from '../../src/model/lowering/training-graph.js';
import { type ModelSpec, type Network, shapeNetwork } from '../../src/model/network.js';
import { trainingShape } from '../../src/model/shape.js';
import { encodeOnnx } from '../../src/onnx/encode.js';
import { verifyGraph } from './verify-graph.js';

/** Bytes 0–255 → −1 … 1. */
export const centred: Normalization = {
  kind: 'scale',
  per: 'dataset',
  mean: [127.5],
  deviation: [127.5],
};

export interface Step {
  readonly network: Network;
  readonly images: Uint8Array;
  readonly targets: Float32Array;
  readonly parameters: Float32Array;
  readonly masks: Float32Array[];
  /** Sum of the losses, gradients of that sum, batch figures. */
  run(parameters?: Float32Array): Promise<{
    readonly loss: number;
    readonly gradients: Float32Array;
    readonly statistics: Float32Array;
  }>;
}

/**
 * A step with made-up images, soft targets, parameters and masks: smooth functions of the index, the same everywhere.
 * `convolution`: as trainingGraph() takes it.
 */
export async function openStep(
  spec: ModelSpec,
  size: { readonly rows: number; readonly columns: number; readonly classes: number },
  batch: number,
  convolution?: ConvolutionLowering,
): Promise<Step> {
  const network = shapeNetwork(spec, size);
  const { graph, masks: ports } = trainingGraph(network, centred, {
    batch,
    lossScale: 1,
    convolution,
  });
  verifyGraph(graph);
  const session = await InferenceSession.create(encodeOnnx(graph), { intraOpNumThreads: 1 });
  const { rows, columns, classes } = size;
  const images = Uint8Array.from(
    { length: batch * rows * columns },
    (_, i) => (i * 7919 + 13) % 256,
  );
  const targets = Float32Array.from({ length: batch * classes }, (_, i) =>
    i % classes === Math.floor(i / classes) % classes ? 0.9 : 0.1 / (classes - 1),
  );
  const parameters = Float32Array.from(
    { length: network.parameterCount },
    (_, i) => 0.4 * Math.sin(12.9898 * i + 1) + 0.05,
  );
  const masks = ports.map((port) =>
    Float32Array.from({ length: maskSize(port, batch) }, (_, i) =>
      (i * 31 + 7) % 10 < 10 * port.rate ? 0 : 1 / (1 - port.rate),
    ),
  );
  return {
    network,
    images,
    targets,
    parameters,
    masks,
    async run(values = parameters) {
      const feeds: Record<string, Tensor> = {
        image: new Tensor('uint8', images, [batch, rows, columns]),
        targets: new Tensor('float32', targets, [batch, classes]),
      };
      for (const [i, port] of ports.entries())
        feeds[port.name] = new Tensor('float32', asFed(masks[i] as Float32Array, port, batch), [
          ...trainingShape(port.shape),
          batch,
        ]);
      for (const { name, shape, offset, length } of network.parameters)
        feeds[name] = new Tensor('float32', values.slice(offset, offset + length), shape);
      const outputs = await session.run(feeds);
      const gather = (prefix: string, slots: Network['parameters'] | Network['statistics']) =>
        Float32Array.from(
          // What is frozen has none.
          slots.flatMap(({ name, length }) =>
            Array.from(
              (outputs[`${prefix}:${name}`]?.data as Float32Array) ?? new Float32Array(length),
            ),
          ),
        );
      const losses = outputs.losses?.data as Float32Array;
      return {
        loss: losses.reduce((sum, loss) => sum + loss, 0),
        gradients: gather('gradient', network.parameters),
        statistics: gather('statistic', network.statistics),
      };
    },
  };
}

/** [samples, channels, pixels] → [channels, pixels in the port's order, samples]. */
export function asFed(
  mask: Float32Array,
  { shape, layout }: MaskPort,
  samples: number,
): Float32Array {
  const [channels = 0, pixels = 1] = trainingShape(shape);
  return mask.map((_, i) => {
    const [sample, place] = [i % samples, Math.floor(i / samples)];
    const [channel, at] = [Math.floor(place / pixels), place % pixels];
    return mask[(sample * channels + channel) * pixels + (layout?.[at] ?? at)]!;
  });
}
