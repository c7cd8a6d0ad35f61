/**
 * Brightness, contrast and entropy of an image: features that a service logs of each image, and
 * that drift is detected by.
 */

/** The mean of `size` bytes from `at` on, and their population deviation; both 0 to 255. */
export function brightnessOf(
  pixels: Uint8Array,
  at: number,
  size: number,
): { readonly brightness: number; readonly contrast: number } {
  let [sum, squares] = [0, 0];
  for (let i = at; i < at + size; i++) {
    const value = pixels[i]!;
    sum += value;
    squares += value * value;
  }
  const brightness = sum / size;
  // Whole numbers below 2^53: the difference is exact enough for any image, and 0 for an even one.
  const variance = Math.max(0, squares / size - brightness * brightness);
  return { brightness, contrast: Math.sqrt(variance) };
}

/** Shannon's entropy of the values, in bits: 0 for an even image, 8 where all 256 values are alike frequent. Reference: skimage's `measure.shannon_entropy`. */
export function entropyOf(pixels: Uint8Array, at: number, size: number): number {
  const counts = new Uint32Array(256);
  for (let i = at; i < at + size; i++) counts[pixels[i]!]!++;
  let entropy = 0;
  for (const count of counts) if (count > 0) entropy -= (count / size) * Math.log2(count / size);
  // −0 becomes 0.
  return entropy + 0;
}
