/**
 * How soon fmnist-drift finds a change, and how often it cries wolf: windows of clean images by the thousand, then of
 * images corrupted in every way and of other class mixes, each held against a reference that shares no image with them.
 * usage: node dist/test/bench/power.js [--reference F] [--images F] [--model F] [--quick] [PART ...]
 *   (default: build/validation.idx, build/test.idx, build/model.onnx; parts: quiet mixes corruptions, others stay as they were)
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import {
  type CorruptionName,
  corruptionNames,
  corruptions,
} from '../../src/image/corruptions/catalogue.js';
import { corruptionKey, openCorrupter } from '../../src/image/corruptions/corrupter.js';
import { amountOf, mostSevere } from '../../src/image/corruptions/corruption.js';
import { encodeRecord } from '../../src/ndjson/encode.js';
import type { AnyRecord } from '../../src/ndjson/records.js';
import { Generator, permutation } from '../../src/random/generator.js';
import { deriveKey } from '../../src/random/key.js';
import { thisMachine } from './machine.js';
import { markdown, plainSheet } from './markdown.js';
import { powerPicture } from './power-picture.js';
import {
  type Images,
  measure,
  modelFeatures,
  openBenchPredictor,
  readImages,
  rowsFolder,
  writePool,
} from './power-rows.js';
import {
  alphas,
  type FalseAlarms,
  type Found,
  mixShifts,
  powerSheet,
  type Scope,
} from './power-table.js';
import { Draws, type RankedPool, WindowTests } from './power-windows.js';
import { readResults } from './store.js';

const { values: args, positionals: asked } = parseArgs({
  options: {
    reference: { type: 'string', default: 'build/validation.idx' },
    images: { type: 'string', default: 'build/test.idx' },
    model: { type: 'string', default: 'build/model.onnx' },
    quick: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const parts = ['quiet', 'mixes', 'corruptions'].filter(
  (part) => asked.length === 0 || asked.includes(part),
);
const file = 'build/power/power.ndjson';
/** Windows of clean images of each size, and of each change. */
const [quietWindows, changedWindows] = args.quick ? [500, 50] : [5000, 200];
/** Images that are corrupted in each way. */
const corrupted = args.quick ? 1000 : 2500;
const sizes = [5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 1500, 2000, 3000, 5000];
const quietSizes = [5, 10, 20, 30, 50, 100, 200, 500, 1000];
/** A change is found with so many images when so large a share of windows of so many is found to drift. */
const wanted = 0.9;

/** Rows that are left for the comparison with others (drift.ts). */
const forOthers = [
  ...['gaussian-noise', 'gaussian-blur', 'contrast', 'inversion'].map((name) => `${name}-3`),
  ...['occlusion', 'glass-blur', 'jpeg'].map((name) => `${name}-1`),
];

const say = (text: string) => process.stderr.write(`${text}\n`);
const random = (...purpose: (string | number)[]) =>
  new Generator(deriveKey(0, 'power study', ...purpose));
const started = performance.now();
const bytes = readFileSync(args.model);
const predictor = await openBenchPredictor(bytes, args.model);
const clean = await readImages(args.images);
const reference = await measure(await readImages(args.reference), predictor);
const tests = new WindowTests(reference);
const pool = tests.rank(await measure(clean, predictor));
const everyRow = Uint32Array.from({ length: clean.count }, (_, i) => i);
const records: (FalseAlarms | Found)[] = [];

/** Positions, among the p-values, of the tests that a scope has. */
const scopes: Readonly<Record<Scope, readonly number[]>> = (() => {
  const all = tests.names.map((_, i) => i);
  const ofModel = (i: number) => {
    const name = tests.names[i]!;
    return name === 'prediction' || modelFeatures.has(name);
  };
  return { both: all, images: all.filter((i) => !ofModel(i)), model: all.filter(ofModel) };
})();

/** After Holm, something drifts exactly where the least p-value by the number of tests is within α. */
const drifts = (p: readonly number[], scope: readonly number[], alpha: number) =>
  Math.min(...scope.map((i) => p[i]!)) * scope.length <= alpha;

/** Of so many windows, how many drift: by scope and α. */
function count(windows: number, draw: () => readonly number[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (let i = 0; i < windows; i++) {
    const p = draw();
    for (const [scope, positions] of Object.entries(scopes))
      for (const alpha of alphas)
        if (drifts(p, positions, alpha))
          counts.set(`${scope} ${alpha}`, (counts.get(`${scope} ${alpha}`) ?? 0) + 1);
  }
  return counts;
}

const eachScope = (take: (scope: Scope, alpha: number) => void) => {
  for (const scope of Object.keys(scopes) as Scope[])
    for (const alpha of alphas) take(scope, alpha);
};

function falseAlarms(): void {
  const draws = new Draws(everyRow, random('quiet'));
  for (let i = 0; i < 20; i++) tests.check(pool, draws.next(quietSizes[i % 8]!));
  for (const size of quietSizes) {
    const counts = count(quietWindows, () => tests.pValues(pool, draws.next(size)));
    eachScope((scope, alpha) => {
      const alarms = counts.get(`${scope} ${alpha}`) ?? 0;
      records.push({ type: 'false-alarms', size, scope, alpha, windows: quietWindows, alarms });
    });
  }
}

/** Windows of growing size, until nearly all of them are found to drift by every scope. */
function search(
  change: string,
  severity: number,
  largest: number,
  draw: (size: number) => readonly number[],
): void {
  const found = new Map<string, number>();
  for (const size of sizes.filter((n) => n <= largest)) {
    const counts = count(changedWindows, () => draw(size));
    let all = true;
    eachScope((scope, alpha) => {
      const key = `${scope} ${alpha}`;
      if ((counts.get(key) ?? 0) >= wanted * changedWindows && !found.has(key))
        found.set(key, size);
      all &&= found.has(key);
    });
    if (all) break;
  }
  eachScope((scope, alpha) => {
    const images = found.get(`${scope} ${alpha}`);
    records.push({
      type: 'found',
      change,
      severity,
      scope,
      alpha,
      largest,
      ...(images === undefined ? {} : { images }),
    });
  });
}

/** The same images, a part of all, corrupted as fmnist-corrupt does. */
async function corruptedPool(name: CorruptionName, severity: number): Promise<RankedPool> {
  const { rows, columns } = clean;
  const size = rows * columns;
  const order = permutation(clean.count, random('corrupted images')).subarray(0, corrupted);
  const pixels = new Uint8Array(order.length * size);
  const corrupter = openCorrupter(
    name,
    amountOf(corruptions[name], severity),
    clean,
    corruptionKey(0, name),
  );
  for (const [to, from] of order.entries())
    await corrupter({ pixels: clean.pixels, at: from * size }, from, { pixels, at: to * size });
  const labels = Uint8Array.from(order, (i) => clean.labels[i]!);
  const images: Images = { rows, columns, count: order.length, pixels, labels };
  return tests.rank(await measure(images, predictor));
}

async function corruptionsFound(): Promise<void> {
  for (const name of corruptionNames) {
    for (let severity = 1; severity <= mostSevere; severity++) {
      const changed = await corruptedPool(name, severity);
      const rows = Uint32Array.from({ length: changed.pool.count }, (_, i) => i);
      if (forOthers.includes(`${name}-${severity}`))
        writePool(join(rowsFolder, `${name}-${severity}.csv`), changed.pool);
      const draws = new Draws(rows, random(name, severity));
      tests.check(changed, draws.next(100));
      search(name, severity, 1000, (size) => tests.pValues(changed, draws.next(size)));
    }
    say(`${name}: ${((performance.now() - started) / 1000).toFixed(0)} s`);
  }
}

const nameOf = (label: number) => {
  const { labels, names } = predictor.info.classes;
  return names[labels.indexOf(label)] ?? `label ${label}`;
};

/** One class gets so many points more than its share, the others less alike. */
function mixesFound(): void {
  const labels = [...new Set(clean.labels)].sort((a, b) => a - b);
  for (const points of mixShifts)
    for (const label of labels) {
      const generator = random('mix', points, label);
      const share = clean.labels.filter((l) => l === label).length / clean.count + points / 100;
      const of = new Draws(
        everyRow.filter((i) => clean.labels[i] === label),
        generator,
      );
      const others = new Draws(
        everyRow.filter((i) => clean.labels[i] !== label),
        generator,
      );
      // A class has a tenth of the images: windows cannot have any number of it.
      const largest = points === 5 ? 5000 : 2000;
      search(`mix ${nameOf(label)}`, points, largest, (size) => {
        let many = 0;
        for (let i = 0; i < size; i++) if (generator.uniform() < share) many++;
        return tests.pValues(
          pool,
          Uint32Array.from([...of.next(many), ...others.next(size - many)]),
        );
      });
    }
}

writePool(join(rowsFolder, 'reference.csv'), reference);
writePool(join(rowsFolder, 'clean.csv'), pool.pool);
if (parts.includes('quiet')) falseAlarms();
say(`false alarms: ${((performance.now() - started) / 1000).toFixed(0)} s`);
if (parts.includes('mixes')) mixesFound();
say(`class mixes: ${((performance.now() - started) / 1000).toFixed(0)} s`);
if (parts.includes('corruptions')) await corruptionsFound();
await predictor.close();

/** Which part a record is of. */
function partOf({ type, change }: AnyRecord): string {
  if (type === 'false-alarms') return 'quiet';
  if (type !== 'found') return '';
  return String(change).startsWith('mix ') ? 'mixes' : 'corruptions';
}
const kept = readResults(file).filter((record) => {
  const part = partOf(record);
  return part !== '' && !parts.includes(part);
});

const study = {
  type: 'power-study',
  model: predictor.info.digest,
  reference: reference.count,
  images: clean.count,
  corrupted,
  tests: tests.names,
  quietWindows,
  changedWindows,
  wanted,
  seconds: Math.round((performance.now() - started) / 1000),
} as const;
const all = [thisMachine(), study, ...kept, ...records];
mkdirSync('build/power', { recursive: true });
writeFileSync(file, all.map(encodeRecord).join(''));
const sheet = powerSheet(all);
writeFileSync('build/power/power.md', `${markdown(sheet)}\n`);
writeFileSync('build/power/power.svg', powerPicture(all));
process.stdout.write(`${plainSheet(sheet)}\n`);
