/** Where `make deploy-lint` puts the tools that check files written for other people's programs. */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from './paths.js';

const folder = process.env.FMNIST_DEPLOY_LINT ?? join(paths.root, 'build/deploy-lint/bin');

/** The tool's path there, else on PATH (the administrator's part of it too); one where nothing is if it is in neither. */
export function deployTool(name: string): string {
  const own = join(folder, name);
  return existsSync(own) ? own : installed(name) || own;
}

function installed(name: string): string {
  const found = spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${name}`], {
    encoding: 'utf8',
  });
  return found.stdout.trim();
}
