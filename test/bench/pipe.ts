/** The programs as people run them: lines of bash with bin/ on the path, one at a time. */

import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { paths } from '../support/paths.js';

export interface PipeResult {
  readonly status: number;
  readonly stdout: string;
  /** What the programs said, also shown as it came. */
  readonly stderr: string;
  readonly seconds: number;
  /** Whether the time was up before it ended. */
  readonly late: boolean;
}

export interface PipeOptions {
  /** What `$NAME` stands for in the line, so that names of files need no quoting. */
  readonly env?: Readonly<Record<string, string>>;
  /** After so long it is asked to end, and ten seconds later made to. */
  readonly limitSeconds?: number | undefined;
}

/** Runs a line under `bash -o pipefail`; a status other than 0 is the caller's to judge. */
export async function pipe(line: string, options: PipeOptions = {}): Promise<PipeResult> {
  const started = performance.now();
  const child = spawn('bash', ['-o', 'pipefail', '-c', line], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      PATH: `${paths.bin}${delimiter}${process.env.PATH}`,
      ...options.env,
    },
    // A group of its own, so that the whole pipe can be ended and nothing else.
    detached: true,
  });
  const end = (signal: NodeJS.Signals) => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, signal);
  };
  let interrupted = false;
  const interrupt = () => {
    interrupted = true;
    end('SIGTERM');
  };
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  let late = false;
  const timers: NodeJS.Timeout[] = [];
  if (options.limitSeconds !== undefined)
    timers.push(
      setTimeout(() => {
        late = true;
        end('SIGTERM');
        timers.push(setTimeout(() => end('SIGKILL'), 10_000));
      }, options.limitSeconds * 1000),
    );
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
    process.stderr.write(chunk);
  });
  const status = await new Promise<number>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code ?? 1));
  });
  for (const timer of timers) clearTimeout(timer);
  process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  if (interrupted) throw new Error('interrupted; the same command goes on from here');
  return { status, stdout, stderr, seconds: (performance.now() - started) / 1000, late };
}

/** Records of a type in lines of NDJSON; a last line that is cut short is passed over. */
export function recordsOf<R>(text: string, type: string): R[] {
  return text.split('\n').flatMap((line) => {
    if (!line.startsWith('{') || !line.endsWith('}')) return [];
    const record = JSON.parse(line) as { type?: unknown };
    return record.type === type ? [record as R] : [];
  });
}
