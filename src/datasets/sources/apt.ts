/**
 * Debian's package from a Debian mirror, without root and without a prior `apt-get update`: apt keeps its
 * lists and its cache in a folder of our own, and dpkg-deb unpacks what it downloaded there.
 */

import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { info } from '../../cli/messages.js';
import { atExit } from '../../io/cleanup.js';
import { findCached } from '../cache.js';
import { datasetOf, fashionName } from '../datasets.js';
import type { FetchContext } from '../fetch-context.js';
import { SourceError } from '../source-error.js';
import { debianFolder, debianPackage, onlyFashion } from './debian.js';
import { folderSource } from './folder.js';
import type { Source } from './source.js';

export function aptSource(): Source {
  let fetched: Promise<void> | undefined;
  return {
    name: 'apt',
    async obtain(file, context) {
      onlyFashion(file);
      // One package holds all four files, so all four go to the cache.
      fetched ??= fetchPackage(context);
      await fetched;
      const found = await findCached(context.io, context.cache, file);
      if (!found) throw new SourceError('absent', `${debianPackage} holds no ${file.name}`);
      return found;
    },
  };
}

async function fetchPackage(context: FetchContext): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'fmnist-apt-'));
  const forget = atExit(() => rmSync(folder, { recursive: true, force: true }));
  try {
    const options = await privateOptions(folder, context.timeout);
    info(context.io, `apt-get: looking for ${debianPackage} on this machine's Debian mirrors`);
    // Its status says little: one foreign list that is out of reach does no harm. The download will tell.
    const run = runnerIn(folder, context.io.env);
    const update = await run('apt-get', [...options, 'update']);
    const download = await run('apt-get', [...options, 'download', debianPackage]);
    const archive = (await readdir(folder)).find((name) => name.endsWith('.deb'));
    if (download.status !== 0 || !archive)
      throw new SourceError('failed', `apt-get: ${complaint(download) ?? complaint(update)}`);
    const unpack = await run('dpkg-deb', ['-x', archive, 'unpacked']);
    if (unpack.status !== 0)
      throw new SourceError('failed', `dpkg-deb: ${archive}: ${complaint(unpack)}`);
    const source = folderSource('apt', join(folder, 'unpacked', debianFolder));
    for (const part of Object.values(datasetOf(fashionName).files))
      for (const file of Object.values(part)) await source.obtain(file, context);
  } finally {
    forget();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Options that keep apt's state in a private folder, with its timeout. The machine's own sources
 * and proxies hold.
 */
async function privateOptions(folder: string, timeout: number): Promise<string[]> {
  const [lists, archives] = [join(folder, 'lists'), join(folder, 'cache', 'archives')];
  for (const path of [lists, archives]) await mkdir(join(path, 'partial'), { recursive: true });
  const seconds = Math.max(1, Math.round(timeout / 1000));
  const settings = [
    `Dir::State=${folder}`,
    `Dir::State::Lists=${lists}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${join(folder, 'cache')}`,
    // Root's apt would hand the download to a user who may not write here.
    'APT::Sandbox::User=root',
    'Acquire::Languages=none',
    'Acquire::Retries=2',
    `Acquire::http::Timeout=${seconds}`,
    `Acquire::https::Timeout=${seconds}`,
  ];
  return ['-q', ...settings.flatMap((setting) => ['-o', setting])];
}

interface Outcome {
  readonly status: number;
  readonly output: string;
}

type Run = (program: string, args: readonly string[]) => Promise<Outcome>;

/** Runs programs in `folder`, in plain English; one that is not there is a SourceError, and none outlives this process. */
function runnerIn(folder: string, env: FetchContext['io']['env']): Run {
  return (program, args) =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, {
        cwd: folder,
        env: { ...env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const forget = atExit(() => child.kill());
      let output = '';
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', (chunk) => {
          output += chunk;
        });
      child.on('error', (error: NodeJS.ErrnoException) => {
        forget();
        const missing = error.code === 'ENOENT';
        const reason = missing
          ? `${program} is not on this machine`
          : `${program}: ${error.message}`;
        reject(new SourceError(missing ? 'absent' : 'failed', reason, { cause: error }));
      });
      child.on('close', (code) => {
        forget();
        resolve({ status: code ?? 1, output });
      });
    });
}

/** The first error in apt's output, else its last line. */
function complaint({ output }: Outcome): string | undefined {
  const lines = output.split('\n').filter((line) => line.trim() !== '');
  return (lines.find((line) => line.startsWith('E: ')) ?? lines.at(-1))?.replace(/^[EW]: /, '');
}
