/** Reading a set's images twice: what is large and can be opened again is, the rest waits in a spool. */

import { TroubleError } from '../cli/errors.js';
import { ByteReader } from '../io/byte-reader.js';
import { Spool } from '../io/spool.js';
import { type ImageBatch, type LabelledSet, openSet, type SetOptions } from './set-reader.js';
import { decodeValues, encodeValues, idxTypes } from './types.js';

/** Bytes of images up to which a spool, which stays in memory, is quicker than opening (and perhaps inflating) a file again. */
const spoolBytes = 64 << 20;
/** Bytes a batch of the second pass. */
const batchBytes = 1 << 20;

export interface RereadableSet extends LabelledSet {
  /** The images once more; call it when `batches` has run to its end. */
  again(): AsyncGenerator<ImageBatch>;
}

/**
 * Opens the set at the reader's position for two passes.
 * `reopen` gives a second reader at the same position, where that is possible.
 */
export async function openRereadable(
  reader: ByteReader,
  options: SetOptions,
  reopen: (() => Promise<ByteReader>) | undefined,
): Promise<RereadableSet> {
  const set = await openSet(reader, options);
  const { type, count, rows, columns } = set.images;
  const bytes = count * rows * columns * idxTypes[type].size;
  return reopen && bytes > spoolBytes ? reopened(set, options, reopen) : spooled(set);
}

function reopened(
  set: LabelledSet,
  options: SetOptions,
  reopen: () => Promise<ByteReader>,
): RereadableSet {
  async function* again() {
    const second = await openSet(await reopen(), options);
    const shape = ({ images: { type, count, rows, columns } }: LabelledSet) =>
      [type, count, rows, columns].join(' ');
    if (shape(second) !== shape(set))
      throw new TroubleError(set.source, 'changed while it was read');
    yield* second.batches();
  }
  return { ...fields(set), batches: (most) => set.batches(most), again };
}

function spooled(set: LabelledSet): RereadableSet {
  const spool = new Spool();
  const { type, rows, columns } = set.images;
  const unit = rows * columns * idxTypes[type].size;
  async function* batches(most?: number) {
    for await (const batch of set.batches(most)) {
      // A copy: the batch's memory is its reader's.
      await spool.write(Buffer.from(encodeValues(batch.pixels)));
      yield batch;
    }
  }
  async function* again() {
    const reader = new ByteReader(set.source, spool.chunks());
    for (let start = 0; !(await reader.atEnd()); ) {
      const bytes = await reader.readUnits(unit, Math.max(1, Math.floor(batchBytes / unit)));
      const count = bytes.length / unit;
      const labels = set.labels?.subarray(start, start + count);
      yield { start, count, pixels: decodeValues(type, bytes), labels };
      start += count;
    }
    await spool.close();
  }
  return { ...fields(set), batches, again };
}

const fields = ({ source, annotation, images, labels }: LabelledSet) => ({
  source,
  annotation,
  images,
  labels,
});
