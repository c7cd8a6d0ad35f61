/**
 * fmnist-drift on the log of a busy service: time and memory for a million rows, at once and in windows, beside Evidently
 * with its defaults; and, of the rows that `make power` has left, how often both cry wolf and what they find.
 * usage: node dist/test/bench/drift.js [--rows N] [--windows N] [--python PYTHON]
 */

import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { grouped, percent } from '../../src/picture/numbers.js';
import { table } from '../../src/picture/table.js';
import { Generator } from '../../src/random/generator.js';
import { deriveKey } from '../../src/random/key.js';
import { paths } from '../support/paths.js';
import { keepPart } from './comparison.js';
import { peakEnvironment } from './peak.js';
import { python } from './peers.js';
import { readPool, rowsFolder } from './power-rows.js';
import { Draws, WindowTests } from './power-windows.js';

const { values: args } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    windows: { type: 'string', default: '50' },
    python: { type: 'string', default: python },
  },
});
const count = Number(args.rows);
const folder = mkdtempSync(join(tmpdir(), 'fmnist-bench-'));
const say = (text: string) => process.stdout.write(`${text}\n`);

interface Run {
  readonly seconds: number;
  /** Of all its threads. */
  readonly processorSeconds: number;
  /** Megabytes. */
  readonly peak: number;
  readonly output: string;
}

/** Runs a command; `statuses` are fine to end with. */
async function time(words: readonly string[], statuses: readonly number[] = [0]): Promise<Run> {
  const [peak, times] = [join(folder, 'peak'), join(folder, 'times')];
  const timed = 'TIMEFORMAT="%U %S"; { time "$@" 2>&3; } 3>&2 2> "$TIMES"';
  const started = performance.now();
  const child = spawn('bash', ['-c', timed, 'bash', ...words], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...peakEnvironment(peak), TIMES: times },
  });
  let [output, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  const status = await new Promise((resolve) => child.on('close', resolve));
  if (!statuses.includes(status as number))
    throw new Error(`${words.join(' ')}: status ${status}: ${errors.trim().split('\n').at(-1)}`);
  const parts = readFileSync(times, 'utf8').trim().split(/\s+/).slice(-2).map(Number);
  return {
    seconds: (performance.now() - started) / 1000,
    processorSeconds: parts.reduce((sum, part) => sum + part, 0),
    peak: Number(readFileSync(peak, 'utf8')) / 1000,
    output,
  };
}

/** The log of a service, one image every tenth of a second. */
function writeLog(file: string, rows: number): void {
  const generator = new Generator(deriveKey(0, 'drift bench'));
  const descriptor = openSync(file, 'w');
  let text = '';
  for (let i = 0; i < rows; i++) {
    const record = {
      type: 'served',
      time: new Date(Date.UTC(2026, 0, 1) + i * 100).toISOString(),
      id: `request-${i}`,
      index: 0,
      model: 'model',
      version: 'feedfacefeed',
      prediction: generator.below(10),
      confidence: Math.round((1 - 0.7 * generator.uniform() ** 2) * 1e6) / 1e6,
      brightness: Math.round((73 + 20 * generator.normal()) * 1e3) / 1e3,
      contrast: Math.round((80 + 10 * generator.normal()) * 1e3) / 1e3,
      ms: 1.234,
    };
    text += `${JSON.stringify(record)}\n`;
    if (text.length > 1 << 20 || i === rows - 1) {
      writeSync(descriptor, text);
      text = '';
    }
  }
  closeSync(descriptor);
}

async function speed(): Promise<void> {
  const log = join(folder, 'served.ndjson');
  const reference = join(folder, 'reference.ndjson');
  const sketch = join(folder, 'reference.sketch');
  writeLog(log, count);
  writeLog(reference, Math.ceil(count / 10));
  const drift = join(paths.bin, 'fmnist-drift');
  await time([drift, '--sketch', '-o', sketch, reference]);
  const runs: [string, Run][] = [
    ['fmnist-drift', await time([drift, '-q', sketch, log], [0, 3])],
    [
      'fmnist-drift --window 10000',
      await time([drift, '-q', '--window', '10000', sketch, log], [0, 3]),
    ],
  ];
  const theirs = await peer('speed', reference, log);
  if (theirs) runs.push([versionOf(theirs), theirs]);
  say(`${grouped(count)} rows of a log, ${grouped(Math.ceil(count / 10))} in the reference`);
  const cells = runs.map(([name, { seconds, processorSeconds, peak }]) => [
    name,
    seconds.toFixed(1),
    processorSeconds.toFixed(1),
    String(Math.round(peak)),
  ]);
  const align = ['left', 'right', 'right', 'right'] as const;
  say(table(['', 'seconds', 'of processors', 'peak MB'], cells, { align }).join('\n'));
  const [ours] = runs.map(([, run]) => run) as [Run];
  const measured = (task: string, unit: string, figure: (run: Run) => number) => ({
    task: `${task}, ${grouped(count)} rows of a log`,
    unit,
    less: true,
    ours: figure(ours),
    peers: theirs ? [{ name: versionOf(theirs), value: figure(theirs) }] : [],
  });
  keepPart('drift', [
    measured('drift', 's', ({ processorSeconds }) => processorSeconds),
    measured('memory of drift', 'MB', ({ peak }) => peak),
  ]);
}

const versionOf = ({ output }: Run) =>
  `Evidently ${(JSON.parse(output) as { version: string }).version}`;

/** Evidently, in the Python that has it; undefined, and said to be absent, elsewhere. */
async function peer(...words: readonly string[]): Promise<Run | undefined> {
  try {
    return await time([
      args.python,
      join(paths.root, 'test/bench/peers/drift_evidently.py'),
      ...words,
    ]);
  } catch (error) {
    say(`Evidently: absent (${(error as Error).message.split(': ').slice(1).join(': ')})`);
    return undefined;
  }
}

/** Of windows of 200 rows that the power study has measured, how many each says drift. */
async function verdicts(): Promise<void> {
  const names = existsSync(rowsFolder)
    ? readdirSync(rowsFolder).filter((f) => f.endsWith('.csv'))
    : [];
  if (!names.includes('reference.csv')) {
    say('\nno rows of `make power`: no verdicts compared');
    return;
  }
  const theirs = await peer('windows', rowsFolder, args.windows);
  if (!theirs) return;
  const found = JSON.parse(theirs.output) as {
    windows: number;
    sources: { name: string; whole: number; any: number }[];
  };
  const reference = readPool(join(rowsFolder, 'reference.csv'));
  const tests = new WindowTests(reference);
  const rows = found.sources.map(({ name, whole, any }) => {
    const ranked = tests.rank(readPool(join(rowsFolder, `${name}.csv`)));
    const all = Uint32Array.from({ length: ranked.pool.count }, (_, i) => i);
    const draws = new Draws(all, new Generator(deriveKey(0, 'drift bench', name)));
    let ours = 0;
    for (let i = 0; i < found.windows; i++) {
      const p = tests.pValues(ranked, draws.next(200));
      if (Math.min(...p) * p.length <= 0.01) ours++;
    }
    return [name, ...[ours, whole, any].map((n) => percent(n / found.windows, 0))];
  });
  say(`\nhow many of ${found.windows} windows of 200 images are said to drift`);
  const align = ['left', 'right', 'right', 'right'] as const;
  say(table(['', 'fmnist-drift', 'Evidently', 'any column'], rows, { align }).join('\n'));
}

try {
  await speed();
  await verdicts();
} finally {
  rmSync(folder, { recursive: true });
}
