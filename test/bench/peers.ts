/** Other people's programs, run for comparison: Python scripts of peers/ in the virtual environment that `make peers` makes. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from '../support/paths.js';

export { median } from './figures.js';

export const python = process.env.FMNIST_PEERS ?? join(paths.root, 'build/peers/bin/python');

/**
 * What peers run in. glibc gives large blocks back to the system as soon as they are free, and each batch then pays for
 * its pages anew: kept, PyTorch predicts more than twice as many images a second here.
 */
export const peerEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  MALLOC_MMAP_THRESHOLD_: String(2 ** 31 - 1),
  MALLOC_TRIM_THRESHOLD_: String(2 ** 32 - 1),
  MALLOC_TOP_PAD_: String(2 ** 28),
};

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
    { encoding: 'utf8', env: peerEnvironment },
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
