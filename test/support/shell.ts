/** Runs a line of bash with the programs on PATH, in a fresh folder: how a user would. */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { paths } from './paths.js';

export interface ShellResult {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

export interface ShellOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: Buffer | string;
}

/** Runs `line` under `bash -o pipefail`; `$FIXTURES` names the fixtures, the home and cache folders are the test's own. */
export async function shell(line: string, options: ShellOptions = {}): Promise<ShellResult> {
  const cwd = options.cwd ?? mkdtempSync(join(tmpdir(), 'fmnist-test-'));
  try {
    return await new Promise((resolve, reject) => {
      const child = spawn('bash', ['-o', 'pipefail', '-c', line], {
        cwd,
        env: {
          ...process.env,
          PATH: `${paths.bin}${delimiter}${process.env.PATH}`,
          FIXTURES: paths.fixtures,
          HOME: cwd,
          XDG_CACHE_HOME: join(cwd, '.cache'),
          NO_COLOR: '1',
          LC_ALL: 'C.UTF-8',
          COLUMNS: '80',
          ...options.env,
        },
        stdio: ['pipe', 'pipe', 'pipe'],
      });
      const stdout: Buffer[] = [];
      let stderr = '';
      child.stdout.on('data', (chunk) => stdout.push(chunk));
      child.stderr.on('data', (chunk) => (stderr += chunk));
      child.stdin.on('error', () => {});
      child.stdin.end(options.stdin ?? '');
      child.on('error', reject);
      child.on('close', (code) =>
        resolve({ status: code ?? 255, stdout: Buffer.concat(stdout), stderr }),
      );
    });
  } finally {
    if (options.cwd === undefined) rmSync(cwd, { recursive: true, force: true });
  }
}
