/**
 * fmnist-stats and fmnist-norm on Fashion-MNIST itself: figures that everyone reports.
 * Not part of the unit tests: it needs the data, from wherever this machine can get them.
 */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type {
  ClassStatisticsRecord,
  StatisticsRecord,
} from '../../src/ndjson/statistics-records.js';
import { shell } from '../support/shell.js';

const test = suite('real: statistics');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-real-'));

/** The user's own cache, so that the data are fetched once. */
const env = {
  HOME: process.env.HOME ?? '',
  XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? '',
};

async function run(line: string): Promise<string> {
  const { status, stdout, stderr } = await shell(line, { env, cwd: folder });
  if (status !== 0) throw new Error(`status ${status}:\n${stderr}`);
  return stdout.toString('utf8');
}

async function statistics(line: string) {
  const records = (await run(line)).trimEnd().split('\n');
  const parsed = records.map((text) => JSON.parse(text));
  return {
    whole: parsed.find(({ type }) => type === 'statistics') as StatisticsRecord,
    classes: parsed.filter(({ type }) => type === 'class-statistics') as ClassStatisticsRecord[],
  };
}

test('the data can be had', async () => {
  await run('fmnist-fetch train -o train.idx && fmnist-fetch test -o test.idx');
});

test('the training images: mean 72.9404, deviation 90.0212, nothing that stands out', async () => {
  const { whole, classes } = await statistics('fmnist-stats train.idx');
  assert.is(whole.mean?.toFixed(4), '72.9404');
  assert.is(whole.deviation?.toFixed(4), '90.0212');
  const { images, rows, columns, pixelType, min, max, imbalance, evenness } = whole;
  assert.equal(
    { images, rows, columns, pixelType, min, max, imbalance, evenness },
    {
      images: 60_000,
      rows: 28,
      columns: 28,
      pixelType: 'u8',
      min: 0,
      max: 255,
      imbalance: 1,
      evenness: 1,
    },
  );
  const { blank, duplicates, unknownLabels } = whole;
  assert.equal([blank, duplicates, unknownLabels], [0, 0, 0]);
  assert.equal(
    classes.map(({ label, count }) => [label, count]),
    Array.from({ length: 10 }, (_, label) => [label, 6000]),
  );
  assert.is(classes[5]?.name, 'Sandal');
  assert.is(classes[5]?.mean?.toFixed(4), '34.8675', 'sandals are the darkest');
});

test('no test image is among the training images', async () => {
  const { whole } = await statistics('fmnist-stats train.idx test.idx');
  assert.equal([whole.images, whole.duplicates], [70_000, 0]);
});

test('standardised pixels have mean 0 and deviation 1, and come back exactly', async () => {
  await run('fmnist-norm --fit -o norm.idx train.idx');
  const { whole } = await statistics('fmnist-stats norm.idx');
  assert.ok(Math.abs(whole.mean!) < 1e-7);
  assert.ok(Math.abs(whole.deviation! - 1) < 1e-7);
  assert.equal([whole.duplicates, whole.blank], [0, 0]);
  await run(
    'fmnist-norm --inverse --bare norm.idx | cmp - <(fmnist-norm --fit --per pixel train.idx | fmnist-norm --inverse --bare)',
  );
  await run(
    'cmp <(fmnist-norm --inverse norm.idx | tail -c 47040016) <(tail -c 47040016 train.idx)',
  );
});

test('a report is as good as fitting', async () => {
  await run('fmnist-stats -o stats.ndjson train.idx');
  await run(
    'cmp <(fmnist-norm --bare --params stats.ndjson train.idx) <(fmnist-norm --bare --fit train.idx)',
  );
  await run(
    'cmp <(fmnist-norm --bare --params stats.ndjson --per pixel train.idx) <(fmnist-norm --bare --fit --per pixel train.idx)',
  );
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
