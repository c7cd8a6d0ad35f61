/** A folder that appears whole or not at all: filled under another name beside it, then renamed. */

import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OperationalError, systemReason } from '../core/errors.js';
import { atExit } from './cleanup.js';

export class NewFolder {
  private constructor(
    /** As the user calls it. */
    readonly name: string,
    /** Where its files go until it is finished. */
    readonly path: string,
    readonly forget: () => void,
  ) {}

  /** Begins a folder that must not be there yet, or be empty. */
  static async create(name: string): Promise<NewFolder> {
    return namingTrouble(name, async () => {
      const target = resolve(name);
      const there = await readdir(target).catch((error) => {
        if (error.code !== 'ENOENT') throw error;
      });
      if (there?.length)
        throw new OperationalError(name, 'is not empty; a new or an empty folder was expected');
      const path = join(dirname(target), `.fmnist-${randomBytes(6).toString('hex')}.tmp`);
      await mkdir(path);
      return new NewFolder(
        name,
        path,
        atExit(() => rmSync(path, { recursive: true, force: true })),
      );
    });
  }

  /** Puts the folder in its place. */
  async finish(): Promise<void> {
    await namingTrouble(this.name, () => rename(this.path, resolve(this.name)));
    this.forget();
  }

  /** Leaves nothing behind. */
  async abort(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    this.forget();
  }
}

/** Runs file work; its errors name the folder. */
export async function namingTrouble<R>(name: string, work: () => Promise<R>): Promise<R> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof OperationalError) throw error;
    throw new OperationalError(name, `cannot be written: ${systemReason(error)}`, { cause: error });
  }
}
