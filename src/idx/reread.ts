/** Second pass over a set's images: a large input that can be reopened is, any other is kept in a spool. */

import { OperationalError } from '../core/errors.js';
import { ByteReader } from '../io/byte-reader.js';
import { Spool } from '../io/spool.js';
import { imageBytes, readImages } from './items.js';
import { type ImageBatch, type LabelledSet, openSet, type SetOptions } from './set-reader.js';
import { decodeValues, encodeValues } from './types.js';

/** Bytes of images up to which a spool, which stays in memory, is quicker than opening (and perhaps inflating) a file again. */
const spoolBytes = 64 << 20;

export interface RereadableSet extends LabelledSet {
  /** The images once more; call it when `batches` has run to its end. */
  again(): AsyncGenerator<ImageBatch>;
}

/**
 * Opens the set at the reader's position for two passes.
 * `reopen` gives a second reader at the same position, where that is possible; it is called for sets of more than
 * `most` bytes.
 */
export async function openRereadable(
  reader: ByteReader,
  options: SetOptions,
  reopen: (() => Promise<ByteReader>) | undefined,
  most = spoolBytes,
): Promise<RereadableSet> {
  const set = await openSet(reader, options);
  const bytes = set.images.count * imageBytes(set.images);
  return reopen && bytes > most ? reopened(set, options, reopen) : spooled(set);
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
      throw new OperationalError(set.source, 'changed while it was read');
    yield* second.batches();
  }
  return { ...fields(set), batches: (most) => set.batches(most), again };
}

function spooled(set: LabelledSet): RereadableSet {
  const spool = new Spool();
  async function* batches(most?: number) {
    for await (const batch of set.batches(most)) {
      // A copy: the batch's memory is its reader's.
      await spool.write(Buffer.from(encodeValues(batch.pixels)));
      yield batch;
    }
  }
  async function* again() {
    let start = 0;
    for await (const bytes of readImages(new ByteReader(set.source, spool.chunks()), set.images)) {
      const pixels = decodeValues(set.images.type, bytes);
      const count = bytes.length / imageBytes(set.images);
      yield { start, count, pixels, labels: set.labels?.subarray(start, start + count) };
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
