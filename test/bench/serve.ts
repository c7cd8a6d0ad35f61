/**
 * The reference CNN as a service, against FastAPI + uvicorn + PyTorch (peers/serve_fastapi.py, where `make peers` has put
 * what it needs): requests a second in a closed loop for single PNG files and for batches of 64, latencies at equal load
 * (half of what the slower can do), memory, and the time from the start to the first right answer. fmnist-load asks both in
 * turns of a second or less.
 * usage: node dist/test/bench/serve.js [SECONDS [ROUNDS]]   (default 8 seconds a measurement, 3 rounds)
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { LoadRecord } from '../../src/ndjson/load-records.js';
import { table } from '../../src/picture/table.js';
import { paths } from '../support/paths.js';
import { keepPart, type Measured } from './comparison.js';
import { median } from './figures.js';
import { peerEnvironment, python } from './peers.js';
import { referenceCnn } from './reference-cnn.js';
import { freePort, load, type Running, startService } from './serving.js';

const [seconds = 8, rounds = 3] = process.argv.slice(2).map(Number);
const connections = 16;
const folder = mkdtempSync(join(tmpdir(), 'fmnist-bench-'));
const [data, model] = [join(folder, 'set.idx'), join(folder, 'model.onnx')];
const peerName = 'FastAPI + uvicorn + PyTorch';
const figures = new Map<string, { unit: string; less: boolean; ours: number[]; peer: number[] }>();

/** Keeps a figure of a round. */
function note(task: string, unit: string, less: boolean, ours?: number, peer?: number): void {
  const own = figures.get(task) ?? { unit, less, ours: [], peer: [] };
  if (ours !== undefined) own.ours.push(ours);
  if (peer !== undefined) own.peer.push(peer);
  figures.set(task, own);
}

async function measure(ours: Running, peer: Running | undefined): Promise<void> {
  const against = peer ? ['--against', peer.url] : [];
  const common = [ours.url, data, ...against, '--duration', String(seconds), '--warmup', '1'];
  const busy = (words: readonly string[]) =>
    load([...common, '--connections', String(connections), ...words]);
  const single = await busy([]);
  const noteRates = (task: string, [a, b]: readonly LoadRecord[]) => {
    note(`${task}: requests/s`, '/s', false, a?.requestsPerSecond, b?.requestsPerSecond);
    note(`${task}: p99`, 'ms', true, a?.latency?.p99, b?.latency?.p99);
  };
  noteRates('one PNG a request', single);
  noteRates('64 images a request', await busy(['--batch', '64']));
  const rate = Math.min(...single.map(({ requestsPerSecond }) => requestsPerSecond)) / 2;
  const [a, b] = await load([...common, '--rate', rate.toFixed(0)]);
  note('one PNG, equal load: p50', 'ms', true, a?.latency?.p50, b?.latency?.p50);
  note('one PNG, equal load: p99', 'ms', true, a?.latency?.p99, b?.latency?.p99);
  note('memory under load', 'MiB', true, ours.memory(), peer?.memory());
  note('failed requests', '', true, failed(a, single[0]), failed(b, single[1]));
}

const failed = (...records: readonly (LoadRecord | undefined)[]) =>
  records.reduce((sum, record) => sum + (record?.failed ?? 0), 0);

try {
  fmnist('fetch', ['test', '--source', 'synthetic', '--count', '1024', '-o', data]);
  fmnist('train', ['-q', '--recipe', referenceCnn, '--set', 'epochs=1', '-o', model, data]);
  fmnist('cat', ['-q', '--to', '1', '--format', 'png', '--to-folder', join(folder, 'png'), data]);
  const [png = ''] = spawnSync('find', [join(folder, 'png'), '-name', '*.png'], {
    encoding: 'utf8',
  }).stdout.split('\n');
  const body = readFileSync(png);
  const services = async () => {
    const [port, other] = [await freePort(), await freePort()];
    const serve = [join(paths.bin, 'fmnist-serve'), '-q', '--port', String(port), model];
    const ours = await startService(process.execPath, serve, port, body);
    if (!ours) throw new Error('fmnist-serve does not start');
    const script = join(paths.root, 'test/bench/peers/serve_fastapi.py');
    const peer = existsSync(python)
      ? await startService(python, [script, String(other), '-'], other, body, peerEnvironment)
      : undefined;
    note('start to first answer', 'ms', true, ours.startUp, peer?.startUp);
    return { ours, peer };
  };
  for (let round = 1; round <= rounds; round++) {
    process.stderr.write(`round ${round}/${rounds}\n`);
    const { ours, peer } = await services();
    await sleep(300);
    await measure(ours, peer);
    await Promise.all([ours.stop(), peer?.stop()]);
  }
  report();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function fmnist(program: string, words: readonly string[]): void {
  const path = join(paths.bin, `fmnist-${program}`);
  const { status, stderr } = spawnSync(process.execPath, [path, ...words], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`fmnist-${program}: status ${status}: ${stderr}`);
}

function report(): void {
  const rows = [...figures].map(([task, { unit, less, ours, peer }]) => {
    const [a, b] = [median(ours), peer.length > 0 ? median(peer) : Number.NaN];
    const times = less ? b / a : a / b;
    const text = (value: number) =>
      Number.isNaN(value)
        ? 'absent'
        : `${value >= 100 || value === 0 ? Math.round(value) : value.toPrecision(3)} ${unit}`;
    return {
      task,
      a,
      b,
      less,
      unit,
      cells: [task, text(a), text(b), Number.isFinite(times) ? `${times.toFixed(2)} ×` : ''],
    };
  });
  const heads = ['', 'fmnist-serve', peerName, 'better by'];
  process.stdout.write(
    `${table(
      heads,
      rows.map(({ cells }) => cells),
    ).join('\n')}\n`,
  );
  const measured: Measured[] = rows
    .filter(({ task }) => task !== 'failed requests')
    .map(({ task, unit, less, a, b }) => ({
      task: `serving, ${task}`,
      unit: unit === '/s' ? 'requests/s' : unit,
      less,
      ours: a,
      peers: Number.isNaN(b) ? [] : [{ name: peerName, value: b }],
    }));
  keepPart('serve', measured);
}
