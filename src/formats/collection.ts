/** Reads everything there is to join, before the first image goes out: an IDX stream says how many there are, and names their labels, up front. */

import { stat } from 'node:fs/promises';
import { info } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { displayName, OperationalError, UsageError } from '../core/errors.js';
import type { Annotation, HistoryRecord } from '../idx/annotation.js';
import { SetAssembler } from '../idx/assemble.js';
import type { ImageShape } from '../idx/items.js';
import { joinSets, requireAlike } from '../idx/join.js';
import type { ByteReader } from '../io/byte-reader.js';
import { openInput } from '../io/input.js';
import { openCsv } from './csv-reader.js';
import { detectFormat, type InputFormat } from './detect.js';
import type { FileOptions } from './file-options.js';
import { listFolder } from './folder-listing.js';
import { collectIdx } from './idx-collector.js';
import { ImageStore, type PickedImages, type StoredImages } from './image-store.js';
import { openNdjson } from './ndjson-reader.js';
import { openFolder, openPicture } from './picture-reader.js';
import type { ImageSource } from './source.js';

/** A set of images that can be read in any order. */
export interface Collection {
  readonly annotation: Annotation | undefined;
  readonly images: ImageShape;
  /** [images] label values; undefined without labels. */
  readonly labels: Uint8Array | undefined;
  /** For the history: the sets it was made of, where they were several. */
  readonly parts: HistoryRecord['joined'];
  /** For the history: digests of the files of other formats. */
  readonly read: NonNullable<HistoryRecord['read']>;
  /** The images at these positions, all where undefined. */
  pick(order: Uint32Array | undefined): Iterable<PickedImages> | AsyncIterable<PickedImages>;
  close(): Promise<void>;
}

export interface CollectionOptions extends FileOptions {
  /** Instead of telling it by content. */
  readonly format: InputFormat | undefined;
  /** No image from this one on will be asked for. */
  readonly reach: number;
}

/** Reads the operands, in order, as one set. Memory: 1 byte an image, and 64 MiB before images go to a temporary file. */
export async function openCollection(
  io: CommandIo,
  operands: readonly string[],
  options: CollectionOptions,
): Promise<Collection> {
  const shelf = new ImageStore();
  try {
    const intake = new Intake(io, shelf, options);
    for (const operand of operands) {
      if (await intake.take(operand)) break;
      intake.check();
    }
    return intake.collection();
  } catch (error) {
    await shelf.close();
    throw error;
  }
}

type OtherFormat = Exclude<InputFormat, 'idx' | 'folder'>;
type Opener = (reader: ByteReader, options: CollectionOptions) => Promise<ImageSource>;

/** Readers of whole data sets are loaded where one is met. */
const openers: Readonly<Record<OtherFormat, Opener>> = {
  csv: openCsv,
  ndjson: (reader) => openNdjson(reader),
  image: openPicture,
  npy: async (...given) => (await import('./npz-reader.js')).openNpy(...given),
  npz: async (...given) => (await import('./npz-reader.js')).openNpz(...given),
  parquet: async (...given) => (await import('./parquet-reader.js')).openParquet(...given),
  arff: async (...given) => (await import('./arff-reader.js')).openArff(...given),
  tar: async (...given) => (await import('./tar-reader.js')).openTar(...given),
  tfrecord: async (...given) => (await import('./tfrecord-reader.js')).openTfrecord(...given),
  mat: async (...given) => (await import('./mat-reader.js')).openMat(...given),
};

class Intake {
  readonly #assembler = new SetAssembler<StoredImages>();
  readonly #read: { sha256: string; bytes: number }[] = [];

  constructor(
    readonly io: CommandIo,
    readonly shelf: ImageStore,
    readonly options: CollectionOptions,
  ) {}

  /** Takes an operand; whether there are enough images now. */
  async take(operand: string): Promise<boolean> {
    const { format } = this.options;
    const isFolder = operand !== '-' && (await stat(operand).catch(() => undefined))?.isDirectory();
    if (isFolder || format === 'folder') {
      if (format !== undefined && format !== 'folder')
        throw new UsageError(`${operand} is a folder; --input-format ${format} is for files`);
      if (operand === '-')
        throw new UsageError('standard input is no folder; --input-format folder is for folders');
      return this.#store(await openFolder(await listFolder(operand), this.options));
    }
    const reader = await openInput(this.io, operand);
    const found = format ?? (await detectFormat(reader));
    if (found === 'idx') return collectIdx(reader, this.#assembler, this.shelf, this.#left());
    reader.startHash();
    const enough = await this.#store(await this.#open(found, reader));
    if (!enough) this.#read.push({ sha256: reader.digest(), bytes: reader.offset });
    await reader.close();
    return enough;
  }

  /** Refuses what does not go together before more of it is read. */
  check(): void {
    const { sets } = this.#assembler;
    for (const set of sets) requireAlike(set, sets[0]!);
  }

  collection(): Collection {
    this.#assembler.end();
    const { sets } = this.#assembler;
    const { annotation, images, labels, parts } = joinSets(sets);
    const { size } = this.options;
    if (size && (images.rows !== size.rows || images.columns !== size.columns))
      throw new OperationalError(
        sets[0]!.source,
        `images of ${images.rows} × ${images.columns} pixels; --size wants ${size.rows} × ${size.columns}, and only image files are resampled`,
      );
    const segments = sets.map(({ store, images: { count } }) => ({ ...store, count }));
    return {
      annotation,
      images,
      labels,
      parts,
      read: this.#read,
      pick: (order) => this.shelf.pick(segments, images, order),
      close: () => this.shelf.close(),
    };
  }

  #open(format: OtherFormat, reader: ByteReader): Promise<ImageSource> {
    return openers[format](reader, this.options);
  }

  /** Puts the images of another format into the spool. */
  async #store(source: ImageSource): Promise<boolean> {
    const { spool } = this.shelf;
    const position = spool.length;
    const left = this.#left();
    const labels: Uint8Array[] = [];
    let count = 0;
    for await (const block of source.blocks()) {
      await spool.write(block.pixels);
      if (block.labels) labels.push(block.labels);
      count += block.count;
      if (count >= left) break;
    }
    for (const note of source.notes ?? []) info(this.io, `${displayName(source.source)}: ${note}`);
    const { rows, columns, annotation } = source;
    this.#assembler.whole({
      source: source.source,
      annotation,
      labels: source.labelled ? Buffer.concat(labels) : undefined,
      images: { type: 'u8', count, rows, columns },
      store: { store: spool, position },
    });
    if (count > left) this.#assembler.truncate(left);
    return count >= left;
  }

  /** How many more images may be asked for. */
  #left(): number {
    const had = this.#assembler.sets.reduce((sum, { images }) => sum + images.count, 0);
    return Math.max(0, this.options.reach - had);
  }
}
