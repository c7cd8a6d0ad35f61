/**
 * Fashion-MNIST itself, from wherever this machine can get it (its cache, a mirror, the site, Debian's package).
 * Not part of the unit tests: it needs a network the first time, and fails where the data cannot be had.
 */

import { createHash } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSet } from '../../src/idx/set-reader.js';
import { shell } from '../support/shell.js';
import { readerOf } from '../support/streams.js';

const test = suite('real: fetch');

/** The user's own cache, so that the data are fetched once. */
const env = {
  HOME: process.env.HOME ?? '',
  XDG_CACHE_HOME: process.env.XDG_CACHE_HOME ?? '',
};

async function run(line: string): Promise<Buffer> {
  const { status, stdout, stderr } = await shell(line, { env });
  if (status !== 0) throw new Error(`Fashion-MNIST cannot be had here:\n${stderr}`);
  return stdout;
}

const published = {
  'train --images': 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  'train --labels': 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  'test --images': '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  'test --labels': '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
} as const;

for (const [words, sha256] of Object.entries(published)) {
  test(`${words} is the published file`, async () => {
    const bytes = await run(`fmnist-fetch ${words} --verify`);
    assert.is(createHash('sha256').update(bytes).digest('hex'), sha256);
  });
}

for (const [split, count, first] of [
  ['train', 60_000, [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]],
  ['test', 10_000, [9, 2, 1, 1, 6, 1, 4, 6, 5, 7]],
  ['all', 70_000, [9, 0, 0, 3, 0, 2, 7, 2, 5, 5]],
] as const) {
  test(`${split}: ${count} labelled images, as many of each class`, async () => {
    const set = await openSet(readerOf(await run(`fmnist-fetch ${split}`)), { labels: 'required' });
    assert.equal(set.images, { type: 'u8', count, rows: 28, columns: 28 });
    assert.is(set.annotation?.split, split);
    assert.is(set.annotation?.synthetic, undefined);
    assert.is(set.annotation?.classes?.[9], 'Ankle boot');
    assert.equal([...set.labels!.subarray(0, 10)], first);
    const counts = Array.from({ length: 10 }, () => 0);
    for (const label of set.labels!) counts[label] = counts[label]! + 1;
    assert.equal(counts, Array(10).fill(count / 10));
    let sum = 0;
    for await (const { pixels } of set.batches()) for (const pixel of pixels) sum += pixel;
    // Mean of the training pixels: 72.9404 (0.2860 of 255), as everyone reports it.
    if (split === 'train') assert.is((sum / (count * 784)).toFixed(4), '72.9404');
  });
}

test.run();
