/** Blank images: of one value throughout, so that nothing can be said of them. */

/** The value that all pixels of a blank image have; undefined for an image that shows something. */
export function blankValue(pixels: Uint8Array): number | undefined {
  const first = pixels[0]!;
  for (let i = 1; i < pixels.length; i++) if (pixels[i] !== first) return undefined;
  return first;
}
