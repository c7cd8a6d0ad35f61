/**
 * A download under way: a file beside the cached ones, named after the process that writes it, so that two
 * fetches never write one file. What a dead process left behind is taken over by renaming it, which only one can.
 */

import { randomBytes } from 'node:crypto';
import {
  type FileHandle,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { OperationalError, systemReason } from '../core/errors.js';

/**
 * Identity of the server's file (entity tag, date, length), which must still hold for a download
 * to be resumed.
 */
export interface Origin {
  readonly url: string;
  /** A strong ETag or a Last-Modified date, for If-Range; without one, a download starts over. */
  readonly validator?: string;
}

/** After this long without a write, the partial file of another machine (a shared cache) counts as left behind. */
const silence = 10 * 60_000;
/** Left-behind files older than this are removed. */
const lifetime = 7 * 24 * 3600_000;

export class PartialFile {
  /** Whether it was put together from several answers. */
  pieced = false;

  private constructor(
    readonly path: string,
    readonly handle: FileHandle,
    public size: number,
    public origin: Origin,
  ) {}

  /** Takes over what a dead process left of `url` for the file at `target`, or begins anew. */
  static async open(target: string, url: string): Promise<PartialFile> {
    const path = ownName(target);
    const origin = (await adopt(target, url, path)) ?? { url };
    const handle = await named(path, open(path, 'a+'));
    return new PartialFile(path, handle, (await handle.stat()).size, origin);
  }

  /** Forgets what is there; what comes next is from `origin`. */
  async restart(origin: Origin): Promise<void> {
    await named(this.path, this.handle.truncate(0));
    this.size = 0;
    this.pieced = false;
    this.origin = origin;
    await named(this.path, writeFile(originOf(this.path), JSON.stringify(origin)));
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await named(this.path, this.handle.write(bytes, done));
      done += bytesWritten;
      this.size += bytesWritten;
    }
  }

  /** Leaves the file for another try, of this or a later process. */
  async close(): Promise<void> {
    await this.handle.close();
    if (this.size === 0) await remove(this.path);
  }

  async discard(): Promise<void> {
    await this.handle.close().catch(() => {});
    await remove(this.path);
  }
}

/** Trouble with our own disk, which no other source would cure. */
async function named<T>(path: string, work: Promise<T>): Promise<T> {
  return work.catch((error) => {
    throw new OperationalError(path, `cannot be written: ${systemReason(error)}`, { cause: error });
  });
}

/** Removes what dead processes left for a file that is now complete. */
export async function removeLeftovers(target: string): Promise<void> {
  for (const path of await leftBehind(target)) await remove(path);
}

async function adopt(target: string, url: string, path: string): Promise<Origin | undefined> {
  for (const candidate of await leftBehind(target)) {
    const origin = await readOrigin(candidate);
    const { mtimeMs = 0 } = await stat(candidate).catch(() => ({ mtimeMs: 0 }));
    if (!origin || mtimeMs < Date.now() - lifetime) await remove(candidate);
    if (origin?.url !== url) continue;
    try {
      await rename(candidate, path);
    } catch {
      // Another process was quicker.
      continue;
    }
    await rename(originOf(candidate), originOf(path)).catch(() => {});
    return origin;
  }
  return undefined;
}

/** `.NAME.PID.RANDOM.HOST.part` */
function ownName(target: string): string {
  const owner = `${process.pid}.${randomBytes(4).toString('hex')}.${hostname()}`;
  return join(dirname(target), `.${basename(target)}.${owner}.part`);
}

const originOf = (path: string) => `${path}.json`;

async function leftBehind(target: string): Promise<string[]> {
  const folder = dirname(target);
  const names = await readdir(folder).catch(() => []);
  const found: string[] = [];
  for (const name of names) {
    const prefix = `.${basename(target)}.`;
    const owner = name.startsWith(prefix) ? name.slice(prefix.length) : '';
    const [, pid, host] = /^(\d+)\.[0-9a-f]{8}\.(.*)\.part$/.exec(owner) ?? [];
    const path = join(folder, name);
    if (pid && host !== undefined && !(await isAlive(Number(pid), host, path))) found.push(path);
  }
  return found;
}

async function isAlive(pid: number, host: string, path: string): Promise<boolean> {
  if (host !== hostname()) {
    const { mtimeMs = 0 } = await stat(path).catch(() => ({ mtimeMs: 0 }));
    return mtimeMs > Date.now() - silence;
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function readOrigin(path: string): Promise<Origin | undefined> {
  try {
    return JSON.parse(await readFile(originOf(path), 'utf8')) as Origin;
  } catch {
    return undefined;
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(originOf(path), { force: true });
}
