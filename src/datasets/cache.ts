/** The cache: decompressed files, each checked before it appears there and stamped with what it hashed to. */

import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { CommandIo } from '../core/environment.js';
import { OperationalError, systemReason } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';
import { openInput } from '../io/input.js';
import { openOutput } from '../io/output.js';
import { checkedBytes } from './checked.js';
import type { DataFile, Digest } from './datasets.js';
import type { FetchContext } from './fetch-context.js';
import { SourceError } from './source-error.js';

/** --cache, else $FMNIST_CACHE, else $XDG_CACHE_HOME/fmnist, else ~/.cache/fmnist. */
export function cacheFolder(io: CommandIo, given?: string): string {
  const { FMNIST_CACHE, XDG_CACHE_HOME } = io.env;
  if (given) return given;
  if (FMNIST_CACHE) return FMNIST_CACHE;
  return join(XDG_CACHE_HOME || join(io.env.HOME || homedir(), '.cache'), 'fmnist');
}

/** A file that lies in the cache and holds what it should. */
export interface CachedFile extends Digest {
  readonly file: DataFile;
  readonly path: string;
}

export function cachePath(folder: string, file: DataFile): string {
  return join(folder, file.dataset, file.name);
}

/**
 * The file as it lies in the cache, or undefined where it does not.
 * A file that has not been touched since it was last hashed is not hashed again, unless `anew`.
 * Throws where it is there but damaged.
 */
export async function findCached(
  io: CommandIo,
  folder: string,
  file: DataFile,
  anew = false,
): Promise<CachedFile | undefined> {
  const path = cachePath(folder, file);
  const state = await stateOf(path);
  if (!state) return undefined;
  const stamp = anew ? undefined : await readStamp(path);
  const trusted = stamp?.state === state && (file.digest?.sha256 ?? stamp.sha256) === stamp.sha256;
  if (trusted) return { file, path, sha256: stamp.sha256, bytes: stamp.bytes };
  const checked = checkedBytes(await openInput(io, path, { hash: true }), file);
  let next = await checked.next();
  while (!next.done) next = await checked.next();
  await writeStamp(path, next.value);
  return { file, path, ...next.value };
}

/**
 * Puts a file into the cache: whole and as it should be, or not at all. The reader must have been opened with `hash`.
 * Throws a SourceError where what is read is not the file, an OperationalError where the cache cannot take it.
 */
export async function storeFile(
  { io, cache }: Pick<FetchContext, 'io' | 'cache'>,
  file: DataFile,
  reader: ByteReader,
): Promise<CachedFile> {
  const path = cachePath(cache, file);
  await makeFolder(dirname(path));
  const sink = await openOutput(io, path);
  try {
    const checked = checkedBytes(reader, file);
    let next = await refusing(checked.next());
    while (!next.done) {
      await sink.write(next.value);
      next = await refusing(checked.next());
    }
    await sink.finish();
    await writeStamp(path, next.value);
    return { file, path, ...next.value };
  } catch (error) {
    await sink.abort();
    throw error;
  }
}

export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error) => {
    throw new OperationalError(
      folder,
      `the cache cannot be written: ${systemReason(error)}; --cache names another folder`,
      { cause: error },
    );
  });
}

async function refusing<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error;
    throw new SourceError('refused', error.message, { cause: error });
  }
}

interface Stamp extends Digest {
  readonly state: string;
}

/** Changes whenever the file's content does: the kernel sets the time of last change, and no program can set it back. */
async function stateOf(path: string): Promise<string | undefined> {
  try {
    const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
    return [ino, size, mtimeNs, ctimeNs].join(' ');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new OperationalError(path, systemReason(error), { cause: error });
  }
}

const stampPath = (path: string) => `${path}.checked`;

async function readStamp(path: string): Promise<Stamp | undefined> {
  try {
    const stamp = JSON.parse(await readFile(stampPath(path), 'utf8')) as Partial<Stamp>;
    const { sha256, bytes, state } = stamp;
    const whole = typeof sha256 === 'string' && typeof bytes === 'number';
    return whole && typeof state === 'string' ? { sha256, bytes, state } : undefined;
  } catch {
    // No stamp, or half of one: the file is simply hashed again.
    return undefined;
  }
}

/** Notes what a file hashed to. A cache that cannot be written to is still good to read. */
export async function writeStamp(path: string, { sha256, bytes }: Digest): Promise<void> {
  const state = await stateOf(path);
  await writeFile(stampPath(path), `${JSON.stringify({ sha256, bytes, state })}\n`).catch(() => {});
}
