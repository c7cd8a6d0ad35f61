/** Sums of squares by pixel over raw images in whole words, the first pixel in the low byte. */

/** Images until a 32-bit sum could overflow: 66,051 × 255² < 2^32. */
export const imagesBeforeCarry = 66_051;

/** Adds the squares of `count` images of `size` words to `totals` (one a byte), four images at a time: a sum is then fetched and stored once for four. */
export function addSquares(
  words: Uint32Array,
  count: number,
  size: number,
  totals: Uint32Array,
): void {
  const fours = count - (count % 4);
  for (let i = 0; i < fours; i += 4) {
    const first = i * size;
    for (let w = 0; w < size; w++) {
      const at = first + w;
      const a = words[at]!;
      const b = words[at + size]!;
      const c = words[at + 2 * size]!;
      const d = words[at + 3 * size]!;
      const p = w << 2;
      totals[p] = totals[p]! + square(a) + square(b) + square(c) + square(d);
      totals[p + 1] =
        totals[p + 1]! + (square(a >>> 8) + square(b >>> 8) + square(c >>> 8) + square(d >>> 8));
      totals[p + 2] =
        totals[p + 2]! +
        (square(a >>> 16) + square(b >>> 16) + square(c >>> 16) + square(d >>> 16));
      totals[p + 3] =
        totals[p + 3]! +
        (square(a >>> 24) + square(b >>> 24) + square(c >>> 24) + square(d >>> 24));
    }
  }
  for (let at = fours * size; at < count * size; at++) {
    const word = words[at]!;
    const p = (at % size) << 2;
    for (let byte = 0; byte < 4; byte++)
      totals[p + byte] = totals[p + byte]! + square(word >>> (8 * byte));
  }
}

const square = (byte: number) => Math.imul(byte & 255, byte & 255);
