/** Copies within a collection: which image is the first with its pixels. */

import { info } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { CopyFinder } from '../image/copies.js';
import type { Collection } from './collection.js';

/** [images] position of the first image with the same pixels, its own where it is the first. */
export async function findFirsts({ pick, images: { count } }: Collection): Promise<Uint32Array> {
  const finder = new CopyFinder();
  const firsts = new Uint32Array(count);
  for await (const { bytes, count: some } of pick(undefined)) {
    const size = bytes.length / some;
    for (let i = 0; i < some; i++) {
      const at = finder.count;
      firsts[at] = finder.add(bytes.subarray(i * size, (i + 1) * size)) ?? at;
    }
  }
  return firsts;
}

/** Says how many copies there are, and how many of them disagree with the image that stays for them. */
export function sayCopies(
  io: CommandIo,
  firsts: Uint32Array,
  labels: Uint8Array | undefined,
): void {
  const copies = firsts.filter((first, i) => first !== i).length;
  const disagree = firsts.filter((first, i) => labels && labels[first] !== labels[i]).length;
  if (copies > 0)
    info(
      io,
      `${copies} ${copies === 1 ? 'copy' : 'copies'} left out${disagree > 0 ? `, ${disagree} of another label than the first` : ''}`,
    );
}
