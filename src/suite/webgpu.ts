/** Finding of `fmnist doctor` on WebGPU: whether it is there, and computes as the processor does. */

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { CommandIo } from '../core/environment.js';
import { defaultModel } from '../evaluate/open-predictions.js';
import type { Finding } from './finding.js';
import { probePackage } from './probe.js';

/** Lets WebGPU prove itself on the default model, where there is one, or else on the default network untrained. */
export async function webgpu(io: CommandIo): Promise<Finding> {
  const runtime = new URL('../engine/onnxruntime/webgpu.js', import.meta.url).href;
  const from = JSON.stringify(await modelOrSpec(io));
  const { state, detail } = await probePackage(
    runtime,
    `await it.modelToProve(${from}).then(it.proveWebGpu)`,
  );
  if (state === 'loads') return { state: 'ok', detail };
  const isWrong = detail.startsWith('WebGPU: computes');
  const isBlind = /adapter|Vulkan/i.test(detail);
  return {
    state: 'absent',
    detail: isBlind
      ? 'no adapter: no graphics driver that WebGPU could use'
      : detail.replace(/^WebGPU: /, ''),
    next: isWrong
      ? 'do not run this model by WebGPU; fmnist-export --for webgpu writes an older one anew'
      : 'optional: no program computes on it; other runtimes may',
  };
}

async function modelOrSpec(io: CommandIo) {
  const path = defaultModel(io);
  if (existsSync(path)) return { path: resolve(path) };
  const { openRecipe } = await import('../train/open-recipe.js');
  const { model } = await openRecipe(io, 'default', []);
  return { spec: model };
}
