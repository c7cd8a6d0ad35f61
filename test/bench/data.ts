/**
 * How fast the programs on data are, and how much memory they take, against NumPy scripts that do the same
 * (peers/): interleaved runs on one file, medians; then one run each on a large file.
 * usage: node dist/test/bench/data.js [--python PYTHON] [--mb N] [--runs N] [--gib N]
 *   (default: python3, 512 MB five times, then 4 GiB once; --gib 0 leaves that out)
 */

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { table } from '../../src/picture/table.js';
import { paths } from '../support/paths.js';
import { keepPart } from './comparison.js';
import { median } from './figures.js';
import { peakEnvironment } from './peak.js';
import { noiseStream } from './stream.js';

const { values } = parseArgs({
  options: {
    python: { type: 'string', default: 'python3' },
    mb: { type: 'string', default: '512' },
    runs: { type: 'string', default: '5' },
    gib: { type: 'string', default: '4' },
  },
});
const peers = join(paths.root, 'test/bench/peers');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-bench-'));
const say = (text: string) => process.stdout.write(`${text}\n`);

interface Task {
  readonly name: string;
  readonly words: readonly string[];
  readonly peer: string;
}

const tasks: readonly Task[] = [
  { name: 'stats', words: ['fmnist-stats'], peer: 'data_stats.py' },
  { name: 'norm --fit', words: ['fmnist-norm', '-q', '--fit'], peer: 'data_norm.py' },
  { name: 'cat', words: ['fmnist-cat'], peer: 'data_cat.py' },
];

interface Run {
  readonly seconds: number;
  /** Megabytes. */
  readonly peak: number;
}

const numpy = versionOfNumPy();

try {
  say(numpy ? `peer: NumPy ${numpy}` : `peer: absent (${values.python} has no NumPy)`);
  await compare(Number(values.mb) * 1e6, Number(values.runs));
  if (Number(values.gib) > 0) await compare(Number(values.gib) * 2 ** 30, 1);
} finally {
  rmSync(folder, { recursive: true });
}

async function compare(bytes: number, runs: number): Promise<void> {
  const stream = noiseStream(bytes);
  const file = join(folder, 'set.idx');
  const descriptor = openSync(file, 'w');
  for (const piece of stream.pieces()) writeSync(descriptor, piece);
  const measured = tasks.map(() => ({ ours: [] as Run[], theirs: [] as Run[] }));
  for (let run = 0; run < runs; run++) {
    for (const [i, { words, peer }] of tasks.entries()) {
      const [program = '', ...rest] = words;
      measured[i]?.ours.push(await time([join(paths.bin, program), ...rest, file]));
      if (numpy !== undefined)
        measured[i]?.theirs.push(await time([values.python, join(peers, peer), file]));
    }
  }
  const megabytes = stream.bytes / 1e6;
  say(`\n${stream.images} images, ${Math.round(megabytes)} MB; medians of ${runs}`);
  const rows = measured.map(({ ours, theirs }, i) => {
    const mine = median(ours.map(({ seconds }) => seconds));
    const other = median(theirs.map(({ seconds }) => seconds));
    const peak = (all: readonly Run[]) => figure(Math.max(...all.map((run) => run.peak)));
    return [
      tasks[i]?.name ?? '',
      figure(megabytes / mine),
      figure(megabytes / other),
      Number.isFinite(other) ? (other / mine).toFixed(2) : '–',
      peak(ours),
      peak(theirs),
    ];
  });
  // The large file is about memory; speed is that of the many runs.
  if (runs > 1)
    keepPart(
      'data',
      measured.map(({ ours, theirs }, i) => ({
        task: `fmnist-${tasks[i]?.name}`,
        unit: 'MB/s',
        less: false,
        ours: megabytes / median(ours.map(({ seconds }) => seconds)),
        peers: theirs.length
          ? [
              {
                name: tasks[i]?.name === 'cat' ? 'Python' : `NumPy ${numpy}`,
                value: megabytes / median(theirs.map(({ seconds }) => seconds)),
              },
            ]
          : [],
      })),
    );
  const titles = ['task', 'MB/s', 'NumPy', 'ratio', 'peak MB', 'NumPy'];
  say(table(titles, rows).join('\n'));
}

/** Runs a command whose output goes down a pipe, as it does in use. */
async function time(words: readonly string[]): Promise<Run> {
  const report = join(folder, 'peak');
  const started = performance.now();
  const child = spawn(
    'bash',
    ['-o', 'pipefail', '-c', '"$@" | cat > /dev/null', 'bash', ...words],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      env: peakEnvironment(report),
    },
  );
  const status = await new Promise((resolve) => child.on('close', resolve));
  if (status !== 0) throw new Error(`${words.join(' ')} ended with status ${status}`);
  const seconds = (performance.now() - started) / 1000;
  return { seconds, peak: Number(readFileSync(report, 'utf8')) / 1000 };
}

function versionOfNumPy(): string | undefined {
  const { status, stdout } = spawnSync(
    values.python,
    ['-c', 'import numpy; print(numpy.__version__)'],
    { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  );
  return status === 0 ? stdout.trim() : undefined;
}

function figure(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value)) : '–';
}
