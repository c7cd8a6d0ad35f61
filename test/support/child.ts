/** A program as a child process whose streams and signals a test holds in its hands. */

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { paths } from './paths.js';

export interface Child {
  readonly process: ChildProcessWithoutNullStreams;
  /** What standard error holds so far. */
  stderr(): string;
  /** Exit status, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
}

/** Starts `fmnist-split` and its like; standard output is not read unless the test does. */
export function startProgram(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Child {
  return start([join(paths.bin, program), ...args], cwd, env);
}

/** Starts a module written in a test; `dist` in its text stands for the folder of the compiled sources. */
export function startScript(text: string, cwd: string): Child {
  const script = text.replaceAll('dist/', `${paths.root}/dist/`);
  return start(['--input-type=module', '-e', script], cwd);
}

const running = new Set<ChildProcessWithoutNullStreams>();

/** Ends what a failed test has left running: its pipes would keep the tests from ending. */
export function endChildren(): void {
  for (const child of running) child.kill('SIGKILL');
}

function start(
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Child {
  const child = spawn(process.execPath, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...env },
  });
  running.add(child);
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  child.stdin.on('error', () => {});
  const ended = new Promise<number | NodeJS.Signals>((resolve) =>
    child.on('exit', (code, signal) => {
      running.delete(child);
      resolve(signal ?? code ?? -1);
    }),
  );
  return { process: child, stderr: () => stderr, ended };
}

/** Waits until `condition` holds; false after ten seconds in which it did not. */
export async function eventually(condition: () => boolean): Promise<boolean> {
  for (let left = 500; left > 0; left--) {
    if (condition()) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}

/** The most memory a process has held so far, in bytes; undefined where the system does not say. */
export function peakMemory(pid: number): number | undefined {
  try {
    const line = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line ? Number(line[1]) * 1024 : undefined;
  } catch {
    return undefined;
  }
}
