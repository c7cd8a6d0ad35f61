/**
 * Runs every compiled test file in a process of its own, two at a time, and closes with `N passed, N failed`.
 * A file that runs no test, skips one without saying why, ends early or never is a failure: uvu alone would call it a success.
 * Lines that begin with `FIGURE: ` are shown: what a test measured.
 * usage: node dist/test/run.js [WORD ...]   (only files whose path contains a WORD; those under real/, which need the
 * data set itself, only where a WORD says `real`, and in continuous integration: CI=true)
 */

import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('.', import.meta.url));
const words = process.argv.slice(2);
const files = (readdirSync(root, { recursive: true }) as string[])
  .filter((file) => file.endsWith('.test.js'))
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .filter((file) => !file.startsWith('real/') || realWanted())
  .sort();

function realWanted(): boolean {
  return words.length > 0
    ? words.some((word) => word.startsWith('real'))
    : process.env.CI === 'true';
}

/** Minutes in which a file is over, on a slow machine too. */
const patience = 8;

const say = (text: string) => process.stdout.write(`${text}\n`);
let passed = 0;
let failed = 0;

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
if (passed + failed === 0) {
  say('no test was run');
  failed++;
}
say(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;

async function work(): Promise<void> {
  for (let file = files.shift(); file !== undefined; file = files.shift()) await runFile(file);
}

async function runFile(file: string): Promise<void> {
  const started = performance.now();
  const { output, status } = await capture(file);
  const total = figure(output, 'Total');
  const ok = figure(output, 'Passed');
  const skipped = figure(output, 'Skipped');
  passed += ok;
  const explained = (output.match(/^SKIPPED: .+/gm) ?? []).length;
  // uvu does not count those skipped in its total.
  let bad = total - ok + Math.max(0, skipped - explained);
  if (total + skipped === 0 || (status !== 0 && bad === 0)) bad++;
  failed += bad;
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(
    `${bad ? 'FAIL' : 'ok  '} ${file}  ${ok}/${total}${skipped ? `, ${skipped} skipped` : ''}  ${seconds} s`,
  );
  for (const line of output.match(/^(SKIPPED|FIGURE): .+/gm) ?? []) say(`     ${line}`);
  if (bad) say(output);
}

function capture(file: string): Promise<{ output: string; status: number }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [root + file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const late = setTimeout(() => {
      output += `\nended by the runner: not over after ${patience} minutes\n`;
      // What it has started may hold the pipes open: they are not waited for.
      child.once('exit', () => resolve({ output, status: 1 })).kill('SIGKILL');
    }, patience * 60_000);
    child.on('close', (code) => {
      clearTimeout(late);
      resolve({ output, status: code ?? 1 });
    });
  });
}

function figure(output: string, name: string): number {
  return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(output)?.[1] ?? 0);
}
