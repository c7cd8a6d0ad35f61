/**
 * Training speed on the reference CNN, against PyTorch and Keras where they are (make peers): the same images, batch
 * size, optimiser and precision, interleaved round by round. Medians, and the ratio to the better of the peers,
 * each at its own best batch size. A table on standard output, a picture in build/bench/training.svg.
 * usage: node dist/test/bench/training.js [ROUNDS [BATCH ...]]   (default 3 rounds of 32 64 128 256)
 */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { barChart } from '../../src/picture/bar-chart.js';
import { table } from '../../src/picture/table.js';
import { paths } from '../support/paths.js';
import { keepPart } from './comparison.js';
import { median } from './figures.js';
import { runPeer } from './peers.js';
import { referenceCnn } from './reference-cnn.js';

const [rounds = 3, ...given] = process.argv.slice(2).map(Number);
const batches = given.length > 0 ? given : [32, 64, 128, 256];
const images = 6400;
/** The first epoch warms up caches, allocators and compilers; it is not counted. */
const epochs = 3;

interface Epoch {
  readonly program: string;
  readonly imagesPerSecond: number;
}

const folder = mkdtempSync(join(tmpdir(), 'fmnist-bench-'));
const data = join(folder, 'train.idx');
const contenders: Readonly<Record<string, (batch: number) => Epoch[] | undefined>> = {
  fmnist: trainOurs,
  PyTorch: (batch) => runPeer('train_torch.py', [data, batch, epochs]) as Epoch[] | undefined,
  Keras: (batch) => runPeer('train_keras.py', [data, batch, epochs]) as Epoch[] | undefined,
};
/** Contender → its full name, and images a second by batch size. */
const results = new Map<string, { name: string; speeds: Map<number, number[]> }>();

try {
  fmnist('fetch', ['train', '--source', 'synthetic', '--count', String(images), '-o', data]);
  for (let round = 1; round <= rounds; round++)
    for (const batch of batches)
      for (const name of Object.keys(contenders)) run(round, batch, name);
  report();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function run(round: number, batch: number, contender: string): void {
  process.stderr.write(`round ${round}/${rounds}, batch ${batch}: ${contender}\n`);
  const counted = contenders[contender]?.(batch)?.slice(1);
  if (!counted?.length) return;
  const name = counted[0]?.program ?? contender;
  const result = results.get(contender) ?? { name, speeds: new Map<number, number[]>() };
  results.set(contender, result);
  const speeds = result.speeds.get(batch) ?? [];
  result.speeds.set(batch, [...speeds, ...counted.map((epoch) => epoch.imagesPerSecond)]);
}

function trainOurs(batch: number): Epoch[] {
  const log = join(folder, 'log.ndjson');
  const settings = [`batch=${batch}`, `epochs=${epochs}`].flatMap((setting) => ['--set', setting]);
  fmnist('train', [
    '-q',
    '--recipe',
    referenceCnn,
    ...settings,
    '--log',
    log,
    '-o',
    join(folder, 'model.onnx'),
    data,
  ]);
  const records = readFileSync(log, 'utf8').trim().split('\n');
  return records
    .map((line) => JSON.parse(line) as Epoch & { type: string })
    .filter(({ type }) => type === 'epoch')
    .map(({ imagesPerSecond }) => ({ program: 'fmnist', imagesPerSecond }));
}

function fmnist(program: string, words: readonly string[]): void {
  const path = join(paths.bin, `fmnist-${program}`);
  const { status, stderr } = spawnSync(process.execPath, [path, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`fmnist-${program}: status ${status}: ${stderr}`);
}

function report(): void {
  const medians = [...results.values()].map(({ name, speeds }) => {
    const row = batches.map((batch) => median(speeds.get(batch) ?? [0]));
    return { name, row, best: Math.max(...row) };
  });
  const better = Math.max(0, ...medians.filter(({ name }) => name !== 'fmnist').map((m) => m.best));
  const ours = medians.find(({ name }) => name === 'fmnist');
  const others = medians.filter((contender) => contender !== ours);
  const rows = medians.map(({ name, row, best }) => [
    name,
    ...row.map((speed) => String(Math.round(speed))),
    better > 0 ? (best / better).toFixed(2) : 'no peer',
  ]);
  const same = batches.map(
    (_, i) => (ours?.row[i] ?? 0) / Math.max(...others.map((o) => o.row[i] ?? 0)),
  );
  if (others.length > 0)
    rows.push(['fmnist / best peer', ...same.map((ratio) => ratio.toFixed(2)), '']);
  keepPart('training', [
    {
      task: 'training, each at its best batch size',
      unit: 'images/s',
      less: false,
      ours: ours?.best ?? 0,
      peers: others.map(({ name, best }) => ({ name: short(name), value: best })),
    },
    ...batches.map((batch, i) => ({
      task: `training, batches of ${batch}`,
      unit: 'images/s',
      less: false,
      ours: ours?.row[i] ?? 0,
      peers: others.map(({ name, row }) => ({ name: short(name), value: row[i] ?? 0 })),
    })),
  ]);
  const heads = ['images/s', ...batches.map((batch) => `batch ${batch}`), 'best / best peer'];
  process.stdout.write(`${table(heads, rows).join('\n')}\n`);
  const target = join(paths.root, 'build/bench');
  mkdirSync(target, { recursive: true });
  const picture = barChart({
    title: 'Training the reference CNN',
    subtitle: `images a second, median of ${rounds} rounds, 28 × 28 grey images, single precision`,
    description: 'Images a second by program and batch size',
    labels: batches.map((batch) => `batch ${batch}`),
    series: medians.map(({ name, row }) => ({ name, values: row.map(Math.round) })),
  });
  writeFileSync(join(target, 'training.svg'), picture);
}

/** `PyTorch 2.15.0+cu132` → `PyTorch 2.15.0`; `Keras 3.15.1, TensorFlow 2.21.0` → `Keras 3.15.1`. */
function short(name: string): string {
  return name.replace(/[,+].*/, '');
}
