/** One set of an IDX stream, streamed: nothing is kept, so nothing but one pass in order is possible. */

import type { CommandIo } from '../core/environment.js';
import { imageBytes } from '../idx/items.js';
import { type LabelledSet, openSet } from '../idx/set-reader.js';
import { encodeValues } from '../idx/types.js';
import { openInput } from '../io/input.js';
import type { Collection } from './collection.js';
import type { PickedImages } from './image-store.js';

/**
 * Opens a stream that holds one set; more behind it is an error. Only if no image from `reach` on will be asked for
 * does reading stop behind the last image that is.
 * Images that stand before their labels are spooled all the same.
 */
export async function openStreamCollection(
  io: CommandIo,
  operand: string,
  reach: number,
): Promise<Collection> {
  const reader = await openInput(io, operand);
  const set = await openSet(reader, {
    labels: 'optional',
  });
  return {
    annotation: set.annotation,
    images: set.images,
    labels: set.labels,
    parts: undefined,
    read: [],
    pick: (order) => (order ? ascending(set, order, reach) : all(set)),
    close: () => reader.close(),
  };
}

async function* all(set: LabelledSet): AsyncGenerator<PickedImages> {
  for await (const { start, count, pixels } of set.batches())
    yield { start, count, bytes: encodeValues(pixels) };
}

/** The images at ascending positions. */
async function* ascending(
  set: LabelledSet,
  order: Uint32Array,
  reach: number,
): AsyncGenerator<PickedImages> {
  const unit = imageBytes(set.images);
  let picked = 0;
  for await (const { start, count, pixels } of set.batches()) {
    const bytes = encodeValues(pixels);
    const wanted: Buffer[] = [];
    while (picked + wanted.length < order.length) {
      const at = order[picked + wanted.length]! - start;
      if (at >= count) break;
      wanted.push(bytes.subarray(at * unit, (at + 1) * unit));
    }
    if (wanted.length > 0)
      yield { start: picked, count: wanted.length, bytes: Buffer.concat(wanted) };
    picked += wanted.length;
    if (picked === order.length && reach < set.images.count) return;
  }
}
