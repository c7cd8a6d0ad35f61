/**
 * Pipes a labelled stream of any length, made on the spot, through a program, and prints the peak of its memory.
 * usage: node dist/test/bench/memory.js [--gib N] [--images-first] PROGRAM [WORD ...]   (default 4 GiB)
 *   node dist/test/bench/memory.js stats
 *   node dist/test/bench/memory.js --gib 0.5 cat --shuffle
 * Exit status 1 where the program fails, or takes more than 300 MB.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { encodeHeader } from '../../src/idx/header.js';
import { paths } from '../support/paths.js';

const words = process.argv.slice(2);
const gib = words[0] === '--gib' ? Number(words.splice(0, 2)[1]) : 4;
const imagesFirst = words[0] === '--images-first' && words.shift() !== undefined;
const [program, ...rest] = words;
if (program === undefined || !(gib > 0))
  throw new Error('usage: memory.js [--gib N] PROGRAM [WORD ...]');

/** Megabytes that a program may take, whatever it is given to read. */
const limit = 300;
const size = 28 * 28;
const count = Math.floor((gib * 2 ** 30) / (size + 1));

const folder = mkdtempSync(join(tmpdir(), 'fmnist-bench-'));
const report = join(folder, 'peak');
const started = performance.now();
const child = spawn(join(paths.bin, `fmnist-${program}`), rest, {
  stdio: ['pipe', 'pipe', 'inherit'],
  env: { ...process.env, NODE_OPTIONS: `--import=${peakReporter(report)}` },
});
let written = 0;
child.stdout.on('data', (chunk: Buffer) => {
  written += chunk.length;
});
const closed = once(child, 'close') as Promise<[number | null]>;
child.stdin.on('error', () => {});
await feed(child.stdin);
const [status] = await closed;
const seconds = (performance.now() - started) / 1000;
const peak = Number(readFileSync(report, 'utf8')) / 1000;
rmSync(folder, { recursive: true });

const megabytes = (count * (size + 1)) / 1e6;
process.stdout.write(
  `fmnist-${words.join(' ')}: ${Math.round(megabytes)} MB in, ${Math.round(written / 1e6)} MB out, ${seconds.toFixed(1)} s, ${Math.round(megabytes / seconds)} MB/s, peak memory ${Math.round(peak)} MB, status ${status}\n`,
);
process.exitCode = status === 0 && peak < limit ? 0 : 1;

/**
 * A module that writes the peak of its process's memory, in kB, to a file when the process ends. Of the process
 * itself, from /proc where there is one: the figure of getrusage(2) may be that of the parent before exec.
 */
function peakReporter(file: string): string {
  const code = `
    import { readFileSync, writeFileSync } from 'node:fs';
    import { isMainThread } from 'node:worker_threads';
    const peak = () => {
      try { return /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]; }
      catch { return String(process.resourceUsage().maxRSS); }
    };
    if (isMainThread) process.on('exit', () => writeFileSync(${JSON.stringify(file)}, peak()));`;
  return `data:text/javascript,${encodeURIComponent(code)}`;
}

/** Writes the stream, at the pace at which it is read. */
async function feed(input: Writable): Promise<void> {
  const labels = [encodeHeader('u8', [count]), repeated(Buffer.from([...Array(10).keys()]), count)];
  const images = [encodeHeader('u8', [count, 28, 28]), repeated(noise(), count * size)];
  for (const part of (imagesFirst ? [images, labels] : [labels, images]).flat()) {
    for (const chunk of Buffer.isBuffer(part) ? [part] : part) {
      if (input.destroyed) return;
      if (!input.write(chunk)) await Promise.race([once(input, 'drain'), closed]).catch(() => {});
    }
  }
  input.end();
}

/** `pattern` over and over, cut to a length, in pieces of about 1 MiB. */
function* repeated(pattern: Buffer, length: number): Generator<Buffer> {
  const times = Math.max(1, Math.floor(2 ** 20 / pattern.length));
  const piece = Buffer.concat(Array<Buffer>(times).fill(pattern));
  for (let left = length; left > 0; left -= piece.length) yield piece.subarray(0, left);
}

/** A thousand images, none like another. */
function noise(): Buffer {
  let state = 1;
  return Buffer.from(
    Array.from({ length: 1000 * size }, () => {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      return state >>> 24;
    }),
  );
}
