/** A small data set to be fetched, and the ways in which these tests fetch it. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as assert from 'uvu/assert';
import { type Answer, withMirror } from '../../support/mirror.js';
import { type ShellResult, shell } from '../../support/shell.js';
import { makeSet } from '../../support/streams.js';

/** 300 noisy images: large enough to be cut in two, and gzip makes them no smaller. */
export const made = makeSet({ count: 300, rows: 28, columns: 28 });
export const imagesFile = made.imagesItem;
export const imagesZipped = gzipSync(imagesFile);
export const labelsZipped = gzipSync(made.labelsItem);

export const imagesName = 'train-images-idx3-ubyte';
export const labelsName = 'train-labels-idx1-ubyte';

/** Runs `body` in a folder of its own. */
export async function inFolder<R>(body: (folder: string) => Promise<R>): Promise<R> {
  const folder = mkdtempSync(join(tmpdir(), 'fmnist-fetch-'));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A line of shell in `folder`, whose cache is `folder/cache`; no proxies unless the test sets them. */
export function fetchIn(
  folder: string,
  line: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ShellResult> {
  return shell(line, {
    cwd: folder,
    env: { no_proxy: '*', FMNIST_MIRROR: '', FMNIST_CACHE: join(folder, 'cache'), ...env },
  });
}

/** What lies in the cache, stamps aside. */
export function cached(folder: string, dataset = 'tiny'): string[] {
  try {
    return readdirSync(join(folder, 'cache', dataset))
      .filter((name) => !name.endsWith('.checked'))
      .sort();
  } catch {
    return [];
  }
}

export interface Fetched extends ShellResult {
  readonly folder: string;
  readonly requests: readonly { url?: string | undefined; headers: Record<string, unknown> }[];
}

/** Fetches the images of `tiny` from a server that answers so, and looks at what came of it. */
export async function fetchImages(
  answer: Answer,
  look: (fetched: Fetched) => Promise<void> | void,
  words = '',
): Promise<void> {
  await inFolder((folder) =>
    withMirror(answer, async ({ url, requests }) => {
      const line = `fmnist-fetch --images --as tiny --source ${url} ${words}`;
      await look({ folder, requests, ...(await fetchIn(folder, line)) });
    }),
  );
}

/** The images came out whole, and lie decompressed in the cache. */
export function assertFetched({ status, stdout, stderr, folder }: Fetched): void {
  assert.is(status, 0, stderr);
  assert.ok(stdout.equals(imagesFile), 'the images as published');
  assert.equal(cached(folder), [imagesName]);
  const kept = readFileSync(join(folder, 'cache/tiny', imagesName));
  assert.ok(kept.equals(imagesFile), 'the cache holds them decompressed');
}

/** Nothing came out, nothing is cached, and the reason is given. */
export function assertRefused(
  { status, stdout, stderr, folder }: Fetched,
  reason: RegExp | string,
): void {
  assert.is(status, 1);
  assert.is(stdout.length, 0);
  assert.match(stderr, `${imagesName}: no source has it`);
  assert.match(stderr, reason);
  assert.equal(cached(folder), [], 'nothing is cached');
}
