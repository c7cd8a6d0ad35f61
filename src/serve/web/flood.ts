/** Filling an area. */

/** Pixels that are reached from (x, y) by way of others as alike: 1 there, 0 elsewhere. grey: width × height. */
export function flooded(
  grey: Uint8Array,
  width: number,
  height: number,
  x: number,
  y: number,
  tolerance: number,
): Uint8Array {
  const mask = new Uint8Array(grey.length);
  const start = y * width + x;
  const shade = grey[start]!;
  const stack = [start];
  mask[start] = 1;
  const reach = (at: number) => {
    if (mask[at] || Math.abs(grey[at]! - shade) > tolerance) return;
    mask[at] = 1;
    stack.push(at);
  };
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const column = at % width;
    if (column > 0) reach(at - 1);
    if (column < width - 1) reach(at + 1);
    if (at >= width) reach(at - width);
    if (at < (height - 1) * width) reach(at + width);
  }
  return mask;
}
