/** Writes images as files in class folders. The folder appears whole or not at all. */

import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { systemReason, TroubleError } from '../cli/errors.js';
import { classesOf } from '../idx/classes.js';
import { atExit } from '../io/cleanup.js';
import { annotationFile, foldersOf } from './folder-names.js';
import { inOrder } from './in-order.js';
import type { PictureEncoder } from './picture-encoder.js';
import type { ImageWriter, OutputBlock, OutputSet } from './writer.js';

/** Files being written at a time. */
const sideBySide = 16;

export class FolderWriter implements ImageWriter {
  #index = 0;

  private constructor(
    readonly folder: string,
    readonly temporary: string,
    readonly set: OutputSet,
    readonly encoder: PictureEncoder,
    /** By label. */
    readonly folders: ReadonlyMap<number, string>,
    readonly forget: () => void,
  ) {}

  /** Begins a folder that must not be there yet, or be empty. */
  static async open(name: string, set: OutputSet, encoder: PictureEncoder): Promise<FolderWriter> {
    const folder = resolve(name);
    const there = await readdir(folder).catch((error) => {
      if (error.code !== 'ENOENT')
        throw new TroubleError(name, systemReason(error), { cause: error });
    });
    if (there?.length)
      throw new TroubleError(name, 'is not empty; a new or an empty folder was expected');
    const temporary = join(dirname(folder), `.fmnist-${randomBytes(6).toString('hex')}.tmp`);
    const present = [...new Set(set.labels)].sort((a, b) => a - b);
    const folders = foldersOf(present, classesOf(set.annotation));
    const forget = atExit(() => rmSync(temporary, { recursive: true, force: true }));
    const writer = new FolderWriter(name, temporary, set, encoder, folders, forget);
    await writer.#named(async () => {
      await mkdir(temporary);
      for (const folder of folders.values()) await mkdir(join(temporary, folder));
    });
    return writer;
  }

  async write({ count, bytes, labels }: OutputBlock): Promise<void> {
    const { encoder } = this;
    const { rows, columns, count: total } = this.set.images;
    const size = rows * columns;
    const digits = Math.max(5, String(total - 1).length);
    const begin = this.#index;
    this.#index += count;
    const work = inOrder(Array(count).keys(), sideBySide, async (i) => {
      const folder = labels ? (this.folders.get(labels[i] as number) as string) : '';
      const file = `${String(begin + i).padStart(digits, '0')}${encoder.extension}`;
      const picture = await encoder.encode({
        rows,
        columns,
        pixels: bytes.subarray(i * size, (i + 1) * size),
      });
      await writeFile(join(this.temporary, folder, file), picture);
    });
    await this.#named(async () => {
      for await (const _ of work);
    });
  }

  /** Puts the folder in its place. */
  async finish(): Promise<void> {
    const { annotation } = this.set;
    await this.#named(async () => {
      if (annotation)
        await writeFile(
          join(this.temporary, annotationFile),
          `${JSON.stringify(annotation, null, 2)}\n`,
        );
      await rename(this.temporary, resolve(this.folder));
    });
    this.forget();
  }

  /** Leaves nothing behind. */
  async abort(): Promise<void> {
    await rm(this.temporary, { recursive: true, force: true });
    this.forget();
  }

  async #named(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw new TroubleError(this.folder, systemReason(error), { cause: error });
    }
  }
}
