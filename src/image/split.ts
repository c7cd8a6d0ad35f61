/** Dividing a labelled set: how many of each class go to the held-out part, and which ones. */

import { Generator, permutation } from '../random/generator.js';
import { itemKey, type Key } from '../random/key.js';

/**
 * Shares `take` places among classes in proportion to their sizes, by largest remainders
 * (ties to the smaller label), so that the shares sum to `take` exactly and each is its exact
 * quota rounded down or up.
 * counts: one size a label; take ≤ their sum. Whole numbers throughout: no rounding decides a tie.
 */
export function proportionalShares(counts: readonly number[], take: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return counts.map(() => 0);
  const remainders = counts.map((count) => (count * take) % total);
  const shares = counts.map((count, i) => (count * take - remainders[i]!) / total);
  const left = take - shares.reduce((sum, share) => sum + share, 0);
  const order = counts.map((_, i) => i).sort((a, b) => remainders[b]! - remainders[a]! || a - b);
  for (const i of order.slice(0, left)) shares[i] = shares[i]! + 1;
  return shares;
}

/** Images by label value: [256] counts. */
export function countsByLabel(labels: Uint8Array): number[] {
  const counts = new Array<number>(256).fill(0);
  for (const label of labels) counts[label] = counts[label]! + 1;
  return counts;
}

/** Positions by label value: 256 ascending lists, views on one array of 4 bytes an image (a counting sort). */
export function positionsByLabel(labels: Uint8Array): Uint32Array[] {
  const all = new Uint32Array(labels.length);
  let begin = 0;
  const lists = countsByLabel(labels).map((count) => {
    begin += count;
    return all.subarray(begin - count, begin);
  });
  const filled = new Uint32Array(256);
  for (const [position, label] of labels.entries()) {
    const at = filled[label]!;
    (lists[label] as Uint32Array)[at] = position;
    filled[label] = at + 1;
  }
  return lists;
}

/**
 * Marks `take` of the images as held out, in the same proportion of each label.
 * Returns one flag an image.
 */
export function stratifiedHoldout(labels: Uint8Array, take: number, key: Key): Uint8Array {
  const shares = proportionalShares(countsByLabel(labels), take);
  const held = new Uint8Array(labels.length);
  for (const [label, list] of positionsByLabel(labels).entries()) {
    const order = permutation(list.length, new Generator(itemKey(key, label)));
    for (const at of order.subarray(0, shares[label])) held[list[at]!] = 1;
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
    for (const at of order) fold[list[at]!] = dealt++ % folds;
  }
  return fold;
}

/** The labels that occur, but on no image whose flag is `flag`; ascending. */
export function labelsMissing(labels: Uint8Array, flags: Uint8Array, flag: number): number[] {
  const all = countsByLabel(labels);
  const there = countsByLabel(labels.filter((_, i) => flags[i] === flag));
  return [...all.keys()].filter((label) => all[label] !== 0 && there[label] === 0);
}
