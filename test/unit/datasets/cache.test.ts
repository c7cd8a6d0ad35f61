/** The cache: when it is believed, when it is hashed again, and the default split that other programs take from it. */

import {
  chmodSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import fetch from '../../../src/cmd/fetch.js';
import { cacheFolder, findCached, writeStamp } from '../../../src/datasets/cache.js';
import { type DataFile, datasetOf } from '../../../src/datasets/datasets.js';
import { openCachedSplit } from '../../../src/datasets/default-split.js';
import { openSet } from '../../../src/idx/set-reader.js';
import { memoryIo, runInMemory } from '../../support/memory-io.js';
import { makeSet } from '../../support/streams.js';
import { fetchIn, imagesFile, inFolder, made } from './fixture.js';

const test = suite('fetch: cache');
const io = memoryIo();
const file = datasetOf('tiny').files.train.images;
const sha256 = (path: string) => findCached(io, join(path, '..', '..'), file);

async function inCache(body: (folder: string, path: string) => Promise<void>): Promise<void> {
  await inFolder(async (folder) => {
    mkdirSync(join(folder, 'tiny'));
    const path = join(folder, 'tiny', file.name);
    writeFileSync(path, imagesFile);
    await body(folder, path);
  });
}

test('where the cache is', () => {
  const at = (env: Record<string, string>, given?: string) =>
    cacheFolder(memoryIo('', { env }), given);
  const env = { HOME: '/home/me', XDG_CACHE_HOME: '/x', FMNIST_CACHE: '/f' };
  assert.is(at(env, '/given'), '/given');
  assert.is(at(env), '/f');
  assert.is(at({ ...env, FMNIST_CACHE: '' }), '/x/fmnist');
  assert.is(at({ HOME: '/home/me' }), '/home/me/.cache/fmnist');
});

test('a file that is not there is no error', () =>
  inFolder(async (folder) => assert.is(await findCached(io, folder, file), undefined)));

test('a file without a stamp is hashed, stamped and then believed', () =>
  inCache(async (folder, path) => {
    const found = await findCached(io, folder, file);
    assert.is(found?.bytes, imagesFile.length);
    const stamp = JSON.parse(readFileSync(`${path}.checked`, 'utf8'));
    assert.is(stamp.sha256, found?.sha256);
    // A stamp with another digest shows that it is the stamp that is believed.
    writeFileSync(`${path}.checked`, JSON.stringify({ ...stamp, sha256: 'believed' }));
    assert.is((await sha256(path))?.sha256, 'believed');
    const anew = await findCached(io, folder, file, true);
    assert.is(anew?.sha256, found?.sha256, '--verify does not believe it');
  }));

test('a file that was written to is hashed again, whatever its date says', () =>
  inCache(async (folder, path) => {
    const before = await findCached(io, folder, file);
    const { atime, mtime } = statSync(path);
    const changed = Buffer.from(imagesFile);
    changed[5000] = changed[5000]! ^ 1;
    writeFileSync(path, changed);
    utimesSync(path, atime, mtime);
    const after = await findCached(io, folder, file);
    assert.is.not(after?.sha256, before?.sha256);
  }));

test('a broken stamp costs a hash and nothing else', () =>
  inCache(async (folder, path) => {
    for (const text of ['', '{', '{}', '{"sha256":1,"bytes":2,"state":3}', 'null']) {
      writeFileSync(`${path}.checked`, text);
      assert.is((await findCached(io, folder, file))?.bytes, imagesFile.length);
    }
  }));

test('a stamp of other bytes does not make them the published ones', () =>
  inCache(async (folder, path) => {
    await findCached(io, folder, file);
    const digest = { sha256: '0'.repeat(64), bytes: imagesFile.length };
    let message = '';
    try {
      await findCached(io, folder, { ...file, digest });
    } catch (error) {
      message = (error as Error).message;
    }
    assert.match(
      message,
      `${path}: is not the published ${file.name}: SHA-256 of the decompressed`,
    );
  }));

test('--verify finds a file that rotted behind the stamp, and a pipe gets none of it', () =>
  inFolder(async (folder) => {
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in', file.name), imagesFile);
    const line = 'fmnist-fetch --images --as tiny --source';
    assert.is((await fetchIn(folder, `${line} in`)).status, 0);
    const path = join(folder, 'cache/tiny', file.name);
    writeFileSync(path, imagesFile.subarray(0, 7000));
    await writeStamp(path, { sha256: 'forged', bytes: imagesFile.length });
    const { status, stdout, stderr } = await fetchIn(folder, `${line} cache --verify`);
    assert.is(status, 1);
    assert.is(stdout.length, 0);
    assert.match(stderr, 'ends at byte 7000; its header announces 235216 bytes');
  }));

test('a cache that can only be read is good enough', () =>
  inCache(async (folder, path) => {
    chmodSync(join(folder, 'tiny'), 0o555);
    try {
      const argv = ['--images', '--as', 'tiny', '--cache', folder];
      const { status, stdout, stderr } = await runInMemory(fetch, argv);
      assert.is(status, 0, stderr);
      assert.ok(stdout.equals(readFileSync(path)));
    } finally {
      chmodSync(join(folder, 'tiny'), 0o755);
    }
  }));

test('a cache that cannot be made is named, with the way out', () =>
  inFolder(async (folder) => {
    writeFileSync(join(folder, 'file'), '');
    mkdirSync(join(folder, 'in'));
    writeFileSync(join(folder, 'in', file.name), imagesFile);
    const line = 'fmnist-fetch --images --as tiny --source in --cache file/cache';
    const { status, stderr } = await fetchIn(folder, line);
    assert.is(status, 1);
    assert.match(
      stderr,
      'file/cache/tiny: the cache cannot be written: a part of the path is not a',
    );
    assert.match(stderr, '--cache names another folder');
  }));

test('at a terminal it fills the cache and writes nothing', () =>
  inFolder(async (folder) => {
    for (const [name, bytes] of [
      ['train-labels-idx1-ubyte', made.labelsItem],
      [file.name, imagesFile],
    ] as const)
      writeFileSync(join(folder, name), bytes);
    const cache = join(folder, 'cache');
    const argv = ['--as', 'tiny', '--source', `${folder}/`, '--cache', cache];
    const { status, stdout, stderr } = await runInMemory(fetch, argv, '', {
      stdoutIsTerminal: true,
    });
    assert.is(status, 0, stderr);
    assert.is(stdout.length, 0);
    assert.match(stderr, `train is in ${cache}; a pipe or -o takes it out`);
    assert.is(statSync(join(cache, 'tiny', file.name)).size, imagesFile.length);
    const drawn = ['--source', 'synthetic', '--count', '3'];
    const refused = await runInMemory(fetch, drawn, '', { stdoutIsTerminal: true });
    assert.is(refused.status, 2);
    assert.match(refused.stderr, 'standard output is a terminal');
  }));

test('all is train and test as one set', () =>
  inFolder(async (folder) => {
    const [train, held] = [makeSet({ count: 5 }), makeSet({ count: 3, pixel: () => 7 })];
    for (const [part, set] of [
      ['train', train],
      ['t10k', held],
    ] as const) {
      writeFileSync(join(folder, `${part}-labels-idx1-ubyte`), set.labelsItem);
      writeFileSync(join(folder, `${part}-images-idx3-ubyte`), set.imagesItem);
    }
    const argv = ['all', '--as', 'tiny', '--source', `${folder}/`, '--cache', join(folder, 'c')];
    const { stdout } = await runInMemory(fetch, [...argv, '--bare']);
    const whole = makeSet({ count: 8 });
    const expected = Buffer.concat([
      whole.labelsItem.subarray(0, 8),
      train.labels,
      held.labels,
      whole.imagesItem.subarray(0, 16),
      train.pixels as Uint8Array,
      held.pixels as Uint8Array,
    ]);
    assert.equal([...stdout], [...expected]);
    writeFileSync(
      join(folder, 't10k-images-idx3-ubyte'),
      makeSet({ count: 3, rows: 9 }).imagesItem,
    );
    const odd = await runInMemory(fetch, argv);
    assert.is(odd.status, 1);
    assert.match(
      odd.stderr,
      'has images of 9 × 2 pixels; 3 × 2, as in the part before, was expected',
    );
  }));

test('the default split of other programs: from the cache, or a word on how to get it there', () =>
  inFolder(async (folder) => {
    const here = memoryIo('', { env: { FMNIST_CACHE: folder } });
    let message = '';
    await openCachedSplit(here, 'test').catch((error) => {
      message = error.message;
    });
    assert.is(
      message,
      `the cached test split: is not in ${folder}; 'fmnist-fetch test > /dev/null' puts it there`,
    );
    const { test: files } = datasetOf('fashion-mnist').files;
    mkdirSync(join(folder, 'fashion-mnist'));
    await plant(folder, files.labels, made.labelsItem);
    await plant(folder, files.images, imagesFile);
    const set = await openSet(await openCachedSplit(here, 'test'), { labels: 'required' });
    assert.is(set.annotation?.dataset, 'fashion-mnist');
    assert.is(set.annotation?.split, 'test');
    assert.equal(set.labels, made.labels);
    let count = 0;
    for await (const batch of set.batches()) count += batch.count;
    assert.is(count, 300);
    rmSync(join(folder, 'fashion-mnist'), { recursive: true });
  }));

/** Puts a small file where the real one should be, stamped as if it were real. */
async function plant(folder: string, { name, digest }: DataFile, bytes: Buffer): Promise<void> {
  const path = join(folder, 'fashion-mnist', name);
  writeFileSync(path, bytes);
  await writeStamp(path, digest as { sha256: string; bytes: number });
}

test.run();
