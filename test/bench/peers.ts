/** Other people's programs, run for comparison: Python scripts of peers/ in the virtual environment that `make peers` makes. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../support/paths.js';

export { median } from './figures.js';

export const python = process.env.FMNIST_PEERS ?? join(paths.root, 'build/peers/bin/python');

/** The lines of JSON a peer prints; undefined, and why on standard error, where it cannot run here. */
export function runPeer(
  script: string,
  words: readonly (string | number)[],
): Record<string, unknown>[] | undefined {
  if (!existsSync(python)) {
    process.stderr.write(`${script}: absent: no ${python} (make peers)\n`);
    return undefined;
  }
  const { status, stdout, stderr } = spawnSync(
    python,
    [join(paths.root, 'test/bench/peers', script), ...words.map(String)],
    { encoding: 'utf8' },
  );
  if (status !== 0) {
    process.stderr.write(`${script}: absent: ${stderr.trim().split('\n').at(-1)}\n`);
    return undefined;
  }
  return stdout
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}
