/** Keys for generators, derived from a seed and from what the numbers are for, so that two programs with one seed do not correlate. */

import { createHash } from 'node:crypto';

/** 128 bits as four unsigned 32-bit words. */
export type Key = Readonly<[number, number, number, number]>;

/** SHA-256 of seed and purposes, cut to 128 bits: `deriveKey(7, 'fmnist-split', 'shuffle')`. */
export function deriveKey(seed: number, ...purposes: readonly (string | number)[]): Key {
  const digest = createHash('sha256')
    .update(JSON.stringify([seed, ...purposes]))
    .digest();
  return [0, 4, 8, 12].map((at) => digest.readUInt32LE(at)) as unknown as Key;
}

/**
 * The key of one item (image, step) under a key: what happens to item i depends on nothing but the key and i.
 * Each word is mixed by MurmurHash3's 32-bit finaliser, a bijection with full avalanche.
 */
export function itemKey(key: Key, index: number): Key {
  const low = index >>> 0;
  const high = Math.floor(index / 0x1_0000_0000) >>> 0;
  const a = mix(key[0] ^ mix(low + 0x9e3779b9));
  const b = mix(key[1] ^ mix(high ^ a));
  const c = mix(key[2] ^ mix(low ^ b));
  const d = mix(key[3] ^ mix(a + c));
  return [a, b, c, d];
}

function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
