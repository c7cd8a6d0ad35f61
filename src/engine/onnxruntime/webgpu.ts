/** ONNX Runtime's WebGPU provider, which no program computes on: whether it could, as its prediction of a few images tells. */

import { OperationalError } from '../../core/errors.js';
import type { Normalization } from '../../idx/normalization.js';
import { type Model, openModelFile } from '../../model/model.js';
import type { ModelSpec } from '../../model/network.js';
import { describeAgreement, proveAccelerator, untrainedModel } from '../accelerator-proof.js';
import { openPredictSession } from './predict-session.js';
import { loadOnnxRuntime, singleThread } from './runtime.js';

/**
 * Runs a model by WebGPU and on the processor. Returns the agreement in words; throws OperationalError where the provider
 * is not in this binding, finds no adapter, or computes the model wrongly.
 */
export async function proveWebGpu(model: Model): Promise<string> {
  const ort = await loadOnnxRuntime();
  if (!ort.listSupportedBackends().some(({ name, bundled }) => name === 'webgpu' && bundled))
    throw new OperationalError('WebGPU', 'is not in this build of onnxruntime-node');
  const { rows, columns, classes } = model.info;
  const shape = { rows, columns, classes: classes.labels.length };
  const options = { ...singleThread, executionProviders: ['webgpu'] };
  const session = await openPredictSession(model.bytes, model.source, shape, options);
  try {
    return describeAgreement(
      await proveAccelerator('WebGPU', model, { predict: session.run.bind(session) }),
    );
  } finally {
    await session.close();
  }
}

/** The model to try WebGPU on: that of a file, or an untrained one for images of 28 × 28 pixels. */
export async function modelToProve(from: { path: string } | { spec: ModelSpec }): Promise<Model> {
  if ('path' in from) return openModelFile(from.path);
  return untrainedModel(from.spec, { rows: 28, columns: 28, classes: 10 }, centred);
}

const centred: Normalization = { kind: 'scale', per: 'dataset', mean: [127.5], deviation: [127.5] };
