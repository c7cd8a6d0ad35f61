/** Writes images as files in class folders. */

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { classesOf } from '../idx/classes.js';
import { type NewFolder, namingTrouble } from '../io/new-folder.js';
import { mapInOrder } from './concurrent-map.js';
import { annotationFile, foldersOf } from './folder-names.js';
import type { PictureEncoder } from './picture-encoder.js';
import type { ImageWriter, OutputBlock, OutputSet } from './writer.js';

/** Files being written at a time. */
const sideBySide = 16;

export class FolderWriter implements ImageWriter {
  #index = 0;

  private constructor(
    readonly folder: NewFolder,
    readonly set: OutputSet,
    readonly encoder: PictureEncoder,
    /** Class folders by label. */
    readonly folders: ReadonlyMap<number, string>,
  ) {}

  /** Makes the class folders. It is for the caller to finish the folder they are in, or to abort it. */
  static async open(
    folder: NewFolder,
    set: OutputSet,
    encoder: PictureEncoder,
  ): Promise<FolderWriter> {
    const present = [...new Set(set.labels)].sort((a, b) => a - b);
    const folders = foldersOf(present, classesOf(set.annotation));
    await namingTrouble(folder.name, async () => {
      for (const name of folders.values()) await mkdir(join(folder.path, name));
    });
    return new FolderWriter(folder, set, encoder, folders);
  }

  async write({ count, bytes, labels }: OutputBlock): Promise<void> {
    const { encoder, folder } = this;
    const { rows, columns, count: total } = this.set.images;
    const size = rows * columns;
    const digits = Math.max(5, String(total - 1).length);
    const begin = this.#index;
    this.#index += count;
    const work = mapInOrder(Array(count).keys(), sideBySide, async (i) => {
      const ofClass = labels ? this.folders.get(labels[i]!)! : '';
      const file = `${String(begin + i).padStart(digits, '0')}${encoder.extension}`;
      const pixels = bytes.subarray(i * size, (i + 1) * size);
      const picture = await encoder.encode({ rows, columns, pixels });
      await writeFile(join(folder.path, ofClass, file), picture);
    });
    await namingTrouble(folder.name, async () => {
      for await (const _ of work);
    });
  }

  /** Writes the annotation, where there is one. */
  async finish(): Promise<void> {
    const { annotation } = this.set;
    if (!annotation) return;
    const file = join(this.folder.path, annotationFile);
    await namingTrouble(this.folder.name, () =>
      writeFile(file, `${JSON.stringify(annotation, null, 2)}\n`),
    );
  }
}
