/** Services started as users start them, for the benches: ours, and a peer's; and fmnist-load against them. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadRecord } from '../../src/ndjson/load-records.js';
import { paths } from '../support/paths.js';
import { recordsOf } from './pipe.js';

export interface Running {
  readonly url: string;
  /** From the start of the process to its first right answer, in milliseconds. */
  readonly startUp: number;
  readonly process: ChildProcess;
  /** Memory it holds now, in MiB, with that of its children. */
  memory(): number;
  /** Asks it to stop, and waits until it has. */
  stop(): Promise<void>;
}

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { readonly port: number };
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts a service and waits until it answers `body` rightly. Undefined, and why on standard error, where it ends before. */
export async function startService(
  command: string,
  words: readonly string[],
  port: number,
  body: Buffer,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Running | undefined> {
  const url = `http://127.0.0.1:${port}`;
  const started = performance.now();
  const child = spawn(command, words, { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-2000);
  });
  child.on('error', (error) => {
    said = error.message;
  });
  while (!(await answers(url, body))) {
    if (child.exitCode !== null || child.pid === undefined) {
      process.stderr.write(`${words[0]}: absent: ${said.trim().split('\n').at(-1)}\n`);
      return undefined;
    }
    await sleep(5);
  }
  const startUp = performance.now() - started;
  return {
    url,
    startUp,
    process: child,
    memory: () => residentOf(child.pid!),
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

async function answers(url: string, body: Buffer): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/v1/predict`, { method: 'POST', body: new Uint8Array(body) });
    return answer.ok && 'predictions' in ((await answer.json()) as object);
  } catch {
    return false;
  }
}

function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const kib = Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? Number.NaN);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  const others = children === '' ? [] : children.split(' ').map(Number);
  return kib / 1024 + others.reduce((sum, child) => sum + residentOf(child), 0);
}

/** What fmnist-load says of each service it was pointed at, the first first. */
export async function load(words: readonly string[]): Promise<LoadRecord[]> {
  const child = spawn(
    process.execPath,
    [join(paths.bin, 'fmnist-load'), '-q', '--format', 'ndjson', ...words],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`fmnist-load ended with status ${status}`);
  return recordsOf<LoadRecord>(text, 'load');
}
