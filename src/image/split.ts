/** Dividing a labelled set: how many of each class go to the held-out part, and which ones. */

import { Generator, permutation } from '../random/generator.js';
import { itemKey, type Key } from '../random/key.js';

/**
 * Shares `take` places among classes in proportion to their sizes, by largest remainders
 * (ties to the smaller label), so that the shares sum to `take` exactly.
 * counts: one size a label; take ≤ their sum.
 */
export function proportionalShares(counts: readonly number[], take: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return counts.map(() => 0);
  const exact = counts.map((count) => (count * take) / total);
  const shares = exact.map(Math.floor);
  const left = take - shares.reduce((sum, share) => sum + share, 0);
  const order = counts
    .map((_, i) => i)
    .sort((a, b) => remainder(exact, b) - remainder(exact, a) || a - b);
  for (const i of order.slice(0, left)) shares[i] = (shares[i] as number) + 1;
  return shares;
}

const remainder = (exact: readonly number[], i: number) => {
  const value = exact[i] as number;
  return value - Math.floor(value);
};

/** Positions by label value: 256 lists, each ascending. */
export function positionsByLabel(labels: Uint8Array): number[][] {
  const lists: number[][] = Array.from({ length: 256 }, () => []);
  for (let i = 0; i < labels.length; i++) (lists[labels[i] as number] as number[]).push(i);
  return lists;
}

/**
 * Marks `take` of the images as held out, in the same proportion of each label.
 * Returns one flag an image.
 */
export function stratifiedHoldout(labels: Uint8Array, take: number, key: Key): Uint8Array {
  const lists = positionsByLabel(labels);
  const shares = proportionalShares(
    lists.map((list) => list.length),
    take,
  );
  const held = new Uint8Array(labels.length);
  for (const [label, list] of lists.entries()) {
    const order = permutation(list.length, new Generator(itemKey(key, label)));
    for (const at of order.subarray(0, shares[label])) held[list[at] as number] = 1;
  }
  return held;
}

/**
 * Deals images to `folds` folds, label by label, so that fold sizes differ by at most one,
 * by label and in all. Returns the fold of each image.
 */
export function stratifiedFolds(labels: Uint8Array, folds: number, key: Key): Uint16Array {
  const fold = new Uint16Array(labels.length);
  let dealt = 0;
  for (const [label, list] of positionsByLabel(labels).entries()) {
    const order = permutation(list.length, new Generator(itemKey(key, label)));
    for (const at of order) fold[list[at] as number] = dealt++ % folds;
  }
  return fold;
}
