/** A small data set to be fetched, and the ways in which these tests fetch it. */

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
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
