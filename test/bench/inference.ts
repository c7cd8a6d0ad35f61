/**
 * Speed of the reference CNN in use, against PyTorch and Keras where they are (make peers): raw bytes in, probabilities
 * out, interleaved round by round. Medians: images a second, each at its own best batch size, and the latency of a
 * single image; with the ratios to the better of the peers.
 * usage: node dist/test/bench/inference.js [ROUNDS [BATCH ...]]   (default 3 rounds of 32 64 128 256 1024)
 */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openOnnxPredictor } from '../../src/engine/onnxruntime/predictor.js';
import { openModelFile } from '../../src/model/model.js';
import { table } from '../../src/picture/table.js';
import { paths } from '../support/paths.js';
import { keepPart } from './comparison.js';
import { median } from './figures.js';
import { runPeer } from './peers.js';
import { referenceCnn } from './reference-cnn.js';

const [rounds = 3, ...given] = process.argv.slice(2).map(Number);
const batches = given.length > 0 ? given : [32, 64, 128, 256, 1024];
const images = 2048;
const size = 28 * 28;
const seconds = 0.7;

/** One line of a contender: the speed at a batch size, or the latencies (ms) of a single image. */
interface Figure {
  readonly program: string;
  readonly batch?: number;
  readonly imagesPerSecond?: number;
  readonly p50?: number;
  readonly p99?: number;
}

const folder = mkdtempSync(join(tmpdir(), 'fmnist-bench-'));
const [data, model] = [join(folder, 'set.idx'), join(folder, 'model.onnx')];
const words = [data, seconds, ...batches];
const contenders: Readonly<Record<string, () => Promise<Figure[]> | Figure[] | undefined>> = {
  fmnist: runOurs,
  PyTorch: () => runPeer('infer_torch.py', words) as Figure[] | undefined,
  Keras: () => runPeer('infer_keras.py', words) as Figure[] | undefined,
};
const results = new Map<string, Figure[]>();

try {
  fmnist('fetch', ['train', '--source', 'synthetic', '--count', String(images), '-o', data]);
  fmnist('train', ['-q', '--recipe', referenceCnn, '--set', 'epochs=1', '-o', model, data]);
  for (let round = 1; round <= rounds; round++)
    for (const [name, run] of Object.entries(contenders)) {
      process.stderr.write(`round ${round}/${rounds}: ${name}\n`);
      results.set(name, [...(results.get(name) ?? []), ...((await run()) ?? [])]);
    }
  report();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function runOurs(): Promise<Figure[]> {
  const opened = await openModelFile(model);
  // The images stand at the end of the stream.
  const pixels = new Uint8Array(readFileSync(data).subarray(-images * size));
  const many = await openOnnxPredictor(opened, availableParallelism());
  const figures: Figure[] = [];
  await many.predict(pixels, images);
  await sleep(300);
  for (const batch of batches) {
    const started = performance.now();
    let done = 0;
    while (performance.now() - started < 1000 * seconds) {
      const at = done % (images - batch + 1);
      await many.predict(pixels.subarray(at * size, (at + batch) * size), batch);
      done += batch;
    }
    const imagesPerSecond = (1000 * done) / (performance.now() - started);
    figures.push({ program: 'fmnist', batch, imagesPerSecond });
  }
  await many.close();
  const one = await openOnnxPredictor(opened, 1);
  const times: number[] = [];
  const started = performance.now();
  while (performance.now() - started < 1000 * seconds) {
    const at = times.length % images;
    const begun = performance.now();
    await one.predict(pixels.subarray(at * size, (at + 1) * size), 1);
    times.push(performance.now() - begun);
  }
  await one.close();
  const sorted = times.slice(100).sort((a, b) => a - b);
  const quantile = (q: number) => sorted[Math.floor(q * sorted.length)]!;
  return [...figures, { program: 'fmnist', p50: quantile(0.5), p99: quantile(0.99) }];
}

function fmnist(program: string, operands: readonly string[]): void {
  const path = join(paths.bin, `fmnist-${program}`);
  const { status, stderr } = spawnSync(process.execPath, [path, ...operands], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`fmnist-${program}: status ${status}: ${stderr}`);
}

function report(): void {
  const medians = [...results].flatMap(([contender, figures]) => {
    const middle = (of: (figure: Figure) => number | undefined) =>
      median(figures.map(of).filter((value) => value !== undefined));
    const [first] = figures;
    if (!first) return [];
    const speeds = batches.map((size) =>
      middle(({ batch, imagesPerSecond }) => (batch === size ? imagesPerSecond : undefined)),
    );
    const [p50, p99] = [middle((figure) => figure.p50), middle((figure) => figure.p99)];
    return [{ contender, name: first.program, speeds, best: Math.max(...speeds), p50, p99 }];
  });
  const peers = medians.filter(({ contender }) => contender !== 'fmnist');
  const [most, least] = [
    Math.max(...peers.map(({ best }) => best)),
    Math.min(...peers.map(({ p50 }) => p50)),
  ];
  const ratio = (value: number) =>
    Number.isFinite(value) && value > 0 ? value.toFixed(2) : 'no peer';
  const [ours] = medians.filter(({ contender }) => contender === 'fmnist');
  const short = (name: string) => name.replace(/[,+].*/, '');
  const compared = (
    task: string,
    unit: string,
    less: boolean,
    of: (contender: (typeof medians)[number]) => number,
  ) => ({
    task,
    unit,
    less,
    ours: ours ? of(ours) : 0,
    peers: peers.map((peer) => ({ name: short(peer.name), value: of(peer) })),
  });
  keepPart('inference', [
    compared('inference, each at its best batch size', 'images/s', false, ({ best }) => best),
    compared('a single image', 'ms', true, ({ p50 }) => p50),
  ]);
  const rows = medians.map(({ name, speeds, best, p50, p99 }) => [
    name,
    ...speeds.map((speed) => String(Math.round(speed))),
    ratio(best / most),
    p50.toFixed(3),
    p99.toFixed(3),
    ratio(p50 / least),
  ]);
  const sizes = batches.map((batch) => `batch ${batch}`);
  const heads = ['images/s', ...sizes, 'best / best peer', 'p50 ms', 'p99 ms', 'p50 / best peer'];
  process.stdout.write(`${table(heads, rows).join('\n')}\n`);
}
