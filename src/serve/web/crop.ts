/** Crop box of the garment on a picture. */

export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The smallest box around all that differs from the ground by more than `tolerance`; undefined where nothing does. grey: width × height. */
export function contentBox(
  grey: Uint8Array,
  width: number,
  height: number,
  ground: number,
  tolerance: number,
): Box | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (Math.abs(grey[y * width + x]! - ground) <= tolerance) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  if (right < 0) return undefined;
  return { left, top, width: right - left + 1, height: bottom - top + 1 };
}

/**
 * A box of the model's proportions about another, in the middle, with a margin of a twenty-fifth of the longer side: the
 * service tells light on dark from dark on light by the corners, which must be ground. May reach out of the picture.
 */
export function framed(box: Box, proportion: number): Box {
  const side = Math.max(box.width, box.height * proportion) * 1.08;
  const [width, height] = [side, side / proportion];
  return {
    left: box.left + (box.width - width) / 2,
    top: box.top + (box.height - height) / 2,
    width,
    height,
  };
}

/** The mean of the four corners, each a tenth of the shorter side. */
export function cornersOf(grey: Uint8Array, width: number, height: number): number {
  const side = Math.max(1, Math.floor(Math.min(width, height) / 10));
  let sum = 0;
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (const row of [y, height - 1 - y])
        sum += grey[row * width + x]! + grey[row * width + width - 1 - x]!;
  return sum / (4 * side * side);
}

/** RGBA → luminance, 0–255. */
export function greyOf(rgba: Uint8ClampedArray): Uint8Array {
  const grey = new Uint8Array(rgba.length / 4);
  for (let i = 0; i < grey.length; i++)
    grey[i] = Math.round(
      0.2126 * rgba[i * 4]! + 0.7152 * rgba[i * 4 + 1]! + 0.0722 * rgba[i * 4 + 2]!,
    );
  return grey;
}
