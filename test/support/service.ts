/** A service in this process, on models of the fixtures: requests are injected, nothing listens. */

import { join } from 'node:path';
import type { ModelSource } from '../../src/serve/inference/hosted-model.js';
import { type Assembly, assemble, closeParts } from '../../src/serve/service.js';
import { defaultSettings, type ServeSettings } from '../../src/serve/settings.js';
import { paths } from './paths.js';

export const barsPath = join(paths.fixtures, 'bars.onnx');

export async function openService(
  changes: Partial<ServeSettings> = {},
  options: Partial<Parameters<typeof assemble>[0]> = {},
  models: readonly ModelSource[] = [{ name: 'bars', path: barsPath }],
): Promise<Assembly & { close(): Promise<void> }> {
  const parts = await assemble({
    models,
    settings: { ...defaultSettings, ...changes },
    ...options,
  });
  await parts.context.registry.open();
  return {
    ...parts,
    async close() {
      await parts.app.close();
      await closeParts(parts.context);
    },
  };
}

/** The level bar that is class `c` of the model: 6 × 5, row c + 1 bright. */
export function bar(c: number): number[][] {
  return Array.from({ length: 6 }, (_, row) => Array(5).fill(row === c + 1 ? 220 : 10));
}
