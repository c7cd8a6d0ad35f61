/** Selection of images of a set: by class, range, sample and shuffle. */

import { Generator, permutation } from '../random/generator.js';
import type { Key } from '../random/key.js';
import { stratifiedHoldout } from './split.js';

/** The steps, in the order in which they are taken; each works on what the one before has left. */
export interface Selection {
  /** Only images with one of these label values. */
  readonly labels?: ReadonlySet<number> | undefined;
  /** Only images that are the first with their pixels. [images] position of the first, its own where it is. */
  readonly firsts?: Uint32Array | undefined;
  /** The first image wanted, from 0; negative: counted from the end. */
  readonly from?: number | undefined;
  /** The first image no longer wanted; negative: counted from the end. */
  readonly to?: number | undefined;
  /** Of those, every n-th, beginning with the first. */
  readonly every?: number | undefined;
  /** How many to draw at random, of how many there are; drawn images keep their order. */
  readonly sample?: ((of: number) => number) | undefined;
  /** Draw from each class in proportion. */
  readonly stratify?: boolean | undefined;
  /** The `index`-th (from 0) of `of` runs of neighbours, whose sizes differ by at most one. */
  readonly shard?: { readonly index: number; readonly of: number } | undefined;
  /** Put them in random order. */
  readonly shuffle?: boolean | undefined;
}

/**
 * The positions wanted of `count` images, in the order wanted; undefined means all, as they come.
 * `labels` is needed for `labels` and `stratify`. `keyOf` gives the key for a purpose.
 * Throws a RangeError where the sample is larger than what there is to draw from.
 */
export function selectPositions(
  count: number,
  labels: Uint8Array | undefined,
  selection: Selection,
  keyOf: (purpose: string) => Key,
): Uint32Array | undefined {
  if (Object.values(selection).every((step) => step === undefined || step === false))
    return undefined;
  let positions = Uint32Array.from({ length: count }, (_, i) => i);
  if (selection.labels) positions = positions.filter((at) => selection.labels?.has(labelAt(at)));
  const { firsts } = selection;
  if (firsts) positions = positions.filter((at) => firsts[at] === at);
  positions = positions.slice(...bounds(positions.length, selection));
  const { every } = selection;
  if (every !== undefined) positions = positions.filter((_, i) => i % every === 0);
  if (selection.sample) positions = drawn(positions, selection.sample(positions.length));
  if (selection.shard) positions = runOf(positions, selection.shard);
  if (selection.shuffle) {
    const order = permutation(positions.length, new Generator(keyOf('shuffle')));
    positions = order.map((i) => positions[i]!);
  }
  return positions;

  function labelAt(position: number): number {
    if (!labels) throw new Error('a selection by label of images without labels');
    return labels[position]!;
  }

  function drawn(from: Uint32Array<ArrayBuffer>, take: number): Uint32Array<ArrayBuffer> {
    if (take > from.length)
      throw new RangeError(`${take} images cannot be drawn from ${from.length}`);
    if (selection.stratify) {
      const held = stratifiedHoldout(Uint8Array.from(from, labelAt), take, keyOf('sample'));
      return from.filter((_, i) => held[i] === 1);
    }
    const chosen = new Uint8Array(from.length);
    const order = permutation(from.length, new Generator(keyOf('sample')));
    for (const i of order.subarray(0, take)) chosen[i] = 1;
    return from.filter((_, i) => chosen[i] === 1);
  }
}

/** Length of the prefix of the input that a selection can depend on; Infinity for all of it. */
export function imagesNeeded({ labels, from = 0, to }: Selection): number {
  return labels === undefined && from >= 0 && to !== undefined && to >= 0 ? to : Infinity;
}

/** `from` and `to` as positions, both within 0 … count. */
function bounds(count: number, { from = 0, to = count }: Selection): [number, number] {
  const within = (at: number) => Math.min(count, Math.max(0, at < 0 ? count + at : at));
  return [within(from), Math.max(within(from), within(to))];
}

function runOf(
  positions: Uint32Array<ArrayBuffer>,
  { index, of }: { readonly index: number; readonly of: number },
): Uint32Array<ArrayBuffer> {
  const edge = (i: number) => Math.floor((positions.length * i) / of);
  return positions.slice(edge(index), edge(index + 1));
}
