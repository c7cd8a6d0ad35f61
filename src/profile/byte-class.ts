/** The running sums over the raw pixels of one class. */

/** Images of a class until two 16-bit sums in one word could overflow: 257 × 255 = 65,535. */
const imagesBeforeSpill = 257;

/** The running sums of one class; pixels four to a word, the first in the low byte. */
export class ByteClass {
  count = 0;
  sum = 0;
  squares = 0;
  #pending = 0;
  /** Sums of bytes 0 and 2 of each word, in 16 bits each, and of bytes 1 and 3. */
  readonly even: Uint32Array;
  readonly odd: Uint32Array;
  readonly pixelSums: Float64Array;

  constructor(words: number, pixels: number) {
    this.even = new Uint32Array(words);
    this.odd = new Uint32Array(words);
    this.pixelSums = new Float64Array(pixels);
  }

  /** Counts an image whose words have been added to `even` and `odd`. */
  countImage(sum: number, squares: number): void {
    this.count++;
    this.sum += sum;
    this.squares += squares;
    if (++this.#pending === imagesBeforeSpill) this.spill();
  }

  /** Empties the 16-bit sums into the wide ones. */
  spill(): void {
    for (let p = 0; p < this.pixelSums.length; p++) {
      const lanes = (p & 1 ? this.odd : this.even)[p >> 2]!;
      this.pixelSums[p] = this.pixelSums[p]! + (p & 2 ? lanes >>> 16 : lanes & 0xffff);
    }
    this.even.fill(0);
    this.odd.fill(0);
    this.#pending = 0;
  }
}
