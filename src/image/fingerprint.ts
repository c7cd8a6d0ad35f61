/** Fingerprints of images: 64 bits that tell any two different images apart, but for a chance of about n² / 2^65 among n of them. */

/**
 * The first 64 bits of MurmurHash3_x86_128 (Austin Appleby, https://github.com/aappleby/smhasher), seed 0, into
 * out[at] and out[at + 1]. It hashes the `count` words from `start`, four at a time, the last four filled up with
 * zeros; where the original takes a tail of bytes and their number, this takes `bytes` for the length, so that images
 * padded to whole words do not collide. Words are little-endian.
 */
export function fingerprint(
  words: Uint32Array,
  start: number,
  count: number,
  bytes: number,
  out: Uint32Array,
  at: number,
): void {
  let [h1, h2, h3, h4] = [0, 0, 0, 0];
  const end = start + count;
  const blocks = start + (count & ~3);
  for (let i = start; i < blocks; i += 4) {
    h1 ^= k1(words[i]!);
    h1 = (Math.imul(rotate(h1, 19) + h2, 5) + 0x561ccd1b) | 0;
    h2 ^= k2(words[i + 1]!);
    h2 = (Math.imul(rotate(h2, 17) + h3, 5) + 0x0bcaa747) | 0;
    h3 ^= k3(words[i + 2]!);
    h3 = (Math.imul(rotate(h3, 15) + h4, 5) + 0x96cd1c35) | 0;
    h4 ^= k4(words[i + 3]!);
    h4 = (Math.imul(rotate(h4, 13) + h1, 5) + 0x32ac3b17) | 0;
  }
  if (blocks < end) h1 ^= k1(words[blocks]!);
  if (blocks + 1 < end) h2 ^= k2(words[blocks + 1]!);
  if (blocks + 2 < end) h3 ^= k3(words[blocks + 2]!);
  h1 ^= bytes;
  h2 ^= bytes;
  h3 ^= bytes;
  h4 ^= bytes;
  h1 = (h1 + h2 + h3 + h4) | 0;
  h2 = (h2 + h1) | 0;
  h3 = (h3 + h1) | 0;
  h4 = (h4 + h1) | 0;
  h1 = finish(h1);
  h2 = finish(h2);
  out[at] = h1 + h2 + finish(h3) + finish(h4);
  out[at + 1] = h2 + out[at]!;
}

const rotate = (word: number, bits: number) => (word << bits) | (word >>> (32 - bits));
const k1 = (word: number) => Math.imul(rotate(Math.imul(word, 0x239b961b), 15), 0xab0e9789);
const k2 = (word: number) => Math.imul(rotate(Math.imul(word, 0xab0e9789), 16), 0x38b34ae5);
const k3 = (word: number) => Math.imul(rotate(Math.imul(word, 0x38b34ae5), 17), 0xa1e38b93);
const k4 = (word: number) => Math.imul(rotate(Math.imul(word, 0xa1e38b93), 18), 0x239b961b);

function finish(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
