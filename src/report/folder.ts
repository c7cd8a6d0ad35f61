/** The folder that a pipeline fills, as `make all` names its files; what is not there is absent, and no fault. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandIo } from '../core/environment.js';
import { OperationalError, systemReason } from '../core/errors.js';
import type { ByteReader } from '../io/byte-reader.js';
import { openInput } from '../io/input.js';

export interface FileMetadata {
  readonly name: string;
  readonly bytes: number;
  /** Hex. */
  readonly sha256: string;
}

export class Folder {
  readonly #facts = new Map<string, Promise<FileMetadata>>();

  private constructor(
    readonly io: CommandIo,
    readonly path: string,
    /** Names, in alphabetical order; of folders, what is in `retrain` only. */
    readonly names: readonly string[],
  ) {}

  /** OperationalError where there is no such folder. */
  static async open(io: CommandIo, path: string): Promise<Folder> {
    const list = async (folder: string) =>
      (await readdir(folder, { withFileTypes: true })).flatMap((entry) =>
        (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.')
          ? [entry.name]
          : [],
      );
    const names = await list(path).catch((error) => {
      throw new OperationalError(
        path,
        `${systemReason(error)}; the folder of a pipeline was expected`,
      );
    });
    const turn = await list(join(path, 'retrain')).catch(() => []);
    return new Folder(io, path, [...names, ...turn.map((name) => `retrain/${name}`)].sort());
  }

  /** The first of these names that is there. */
  find(...names: readonly string[]): string | undefined {
    return names.find((name) => this.names.includes(name));
  }

  pathOf(name: string): string {
    return join(this.path, name);
  }

  open(name: string): Promise<ByteReader> {
    return openInput(this.io, this.pathOf(name));
  }

  /** Size and digest of a file, which is read once. */
  facts(name: string): Promise<FileMetadata> {
    let facts = this.#facts.get(name);
    if (!facts) {
      facts = digestOf(name, this.pathOf(name));
      this.#facts.set(name, facts);
    }
    return facts;
  }
}

async function digestOf(name: string, path: string): Promise<FileMetadata> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  } catch (error) {
    throw new OperationalError(path, systemReason(error), { cause: error });
  }
  return { name, bytes, sha256: hash.digest('hex') };
}
