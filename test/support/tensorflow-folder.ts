/** Folders as FMNIST_TENSORFLOW names them, with packages made up by a test. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { paths } from './paths.js';

/** Makes a folder whose node_modules hold each package with that code; it is removed when the process ends. */
export function tensorFlowFolder(packages: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'fmnist-tensorflow-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const [name, code] of Object.entries(packages)) {
    const place = join(folder, 'node_modules', name);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'index.js'), code);
  }
  return folder;
}

/** Plain TensorFlow.js under the name of the native package. */
export const plainTensorFlow = `module.exports = require(${JSON.stringify(join(paths.root, 'node_modules/@tensorflow/tfjs'))});`;
