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
import { paths } from '../support/paths.js';
import { peakEnvironment } from './peak.js';
import { noiseStream } from './stream.js';

const words = process.argv.slice(2);
const gib = words[0] === '--gib' ? Number(words.splice(0, 2)[1]) : 4;
const imagesFirst = words[0] === '--images-first' && words.shift() !== undefined;
const [program, ...rest] = words;
if (program === undefined || !(gib > 0))
  throw new Error('usage: memory.js [--gib N] PROGRAM [WORD ...]');

/** Megabytes that a program may take, whatever it is given to read. */
const limit = 300;
const stream = noiseStream(gib * 2 ** 30, imagesFirst);

const folder = mkdtempSync(join(tmpdir(), 'fmnist-bench-'));
const report = join(folder, 'peak');
const started = performance.now();
const child = spawn(join(paths.bin, `fmnist-${program}`), rest, {
  stdio: ['pipe', 'pipe', 'inherit'],
  env: peakEnvironment(report),
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

const megabytes = stream.bytes / 1e6;
process.stdout.write(
  `fmnist-${words.join(' ')}: ${Math.round(megabytes)} MB in, ${Math.round(written / 1e6)} MB out, ${seconds.toFixed(1)} s, ${Math.round(megabytes / seconds)} MB/s, peak memory ${Math.round(peak)} MB, status ${status}\n`,
);
process.exitCode = status === 0 && peak < limit ? 0 : 1;

/** Writes the stream, at the pace at which it is read. */
async function feed(input: Writable): Promise<void> {
  for (const piece of stream.pieces()) {
    if (input.destroyed) return;
    if (!input.write(piece)) await Promise.race([once(input, 'drain'), closed]).catch(() => {});
  }
  input.end();
}
