/**
 * Test runner: every compiled test file in a process of its own, two at a time; closes with `N passed, N failed`, and
 * `, N skipped` where tests were skipped.
 * Skipped is not failed, if each test that uvu skips has a line `SKIPPED: name: reason` (test/support/needing.ts prints
 * it). A file that runs no test and skips none, skips one without a reason, ends early or never is a failure: uvu alone
 * would call it a success. Lines `FIGURE: …` are shown: what a test measured.
 * usage: node dist/test/run.js [--root FOLDER] [--minutes N] [--skipped FILE] [WORD ...]
 *   WORD       only files whose path contains one; those under real/, which need the data set itself, only where a
 *              WORD says `real`, and in continuous integration: CI=true
 *   --root     where the test files are, in place of this file's folder
 *   --minutes  after which a file is ended; 8 unless given
 *   --skipped  writes the paths of the files that skipped a test to FILE, one a line: WORDs for another run
 */

import { spawn } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values, positionals: words } = parseArgs({
  allowPositionals: true,
  options: {
    root: { type: 'string', default: fileURLToPath(new URL('.', import.meta.url)) },
    minutes: { type: 'string', default: '8' },
    skipped: { type: 'string' },
  },
});
const { root } = values;
const minutes = Number(values.minutes);
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

const say = (text: string) => process.stdout.write(`${text}\n`);
let passed = 0;
let failed = 0;
let skipped = 0;
const filesThatSkip: string[] = [];

await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, work));
if (passed + failed + skipped === 0) {
  say('no test was run');
  failed++;
}
if (values.skipped !== undefined)
  writeFileSync(values.skipped, filesThatSkip.map((file) => `${file}\n`).join(''));
say(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 ? 1 : 0;

async function work(): Promise<void> {
  for (let file = files.shift(); file !== undefined; file = files.shift()) await runFile(file);
}

async function runFile(file: string): Promise<void> {
  const started = performance.now();
  const { output, status } = await capture(file);
  // uvu does not count those skipped in its total.
  const total = sumOf(output, 'Total');
  const ok = sumOf(output, 'Passed');
  const skips = sumOf(output, 'Skipped');
  const reasons = (output.match(/^SKIPPED: .+: .+/gm) ?? []).length;
  let bad = total - ok;
  if (skips > reasons) {
    bad += skips - reasons;
    say(`${file}: ${skips - reasons} of ${skips} skipped tests give no reason`);
  }
  if (total + skips === 0 || (status !== 0 && bad === 0)) bad++;
  passed += ok;
  failed += bad;
  skipped += Math.min(skips, reasons);
  if (skips > 0) filesThatSkip.push(file);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  say(
    `${bad ? 'FAIL' : 'ok  '} ${file}  ${ok}/${total}${skips ? `, ${skips} skipped` : ''}  ${seconds} s`,
  );
  for (const line of output.match(/^(SKIPPED|FIGURE): .+/gm) ?? []) say(`     ${line}`);
  if (bad) say(output);
}

function capture(file: string): Promise<{ output: string; status: number }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(root, file)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    const late = setTimeout(() => {
      output += `\nended by the runner: not over after ${minutes} minutes\n`;
      // What it has started may hold the pipes open: they are not waited for.
      child.once('exit', () => resolve({ output, status: 1 })).kill('SIGKILL');
    }, minutes * 60_000);
    child.on('close', (code) => {
      clearTimeout(late);
      resolve({ output, status: code ?? 1 });
    });
  });
}

/** Sum of a number that uvu prints under this name, once a suite: a file may hold several. */
function sumOf(output: string, name: string): number {
  return [...output.matchAll(new RegExp(`^ {2}${name}:\\s+(\\d+)`, 'gm'))].reduce(
    (sum, [, value]) => sum + Number(value),
    0,
  );
}
