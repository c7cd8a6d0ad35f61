/** Outlines → pixel coverage: exact along a row, four sub-rows a pixel down it. */

import type { PlanePoint } from './shape.js';

const subRows = 4;

/**
 * Antialiased coverage of each pixel by a closed outline (even-odd rule), 0 to 1. Returns side ×
 * side values in row-major order; the outline's (0, 0) is the picture's centre.
 */
export function coverage(outline: readonly PlanePoint[], side: number): Float32Array {
  const mask = new Float32Array(side * side);
  const half = side / 2;
  for (let line = 0; line < side * subRows; line++) {
    const y = (line + 0.5) / subRows - half;
    const row = Math.floor(line / subRows) * side;
    const crossings = crossingsAt(outline, y);
    for (let i = 0; i + 1 < crossings.length; i += 2) {
      const from = Math.max(0, crossings[i]! + half);
      const to = Math.min(side, crossings[i + 1]! + half);
      for (let x = Math.floor(from); x < to; x++) {
        const covered = Math.min(to, x + 1) - Math.max(from, x);
        mask[row + x] = mask[row + x]! + covered / subRows;
      }
    }
  }
  return mask;
}

/** Crossings of a horizontal line with the outline, ascending. */
function crossingsAt(outline: readonly PlanePoint[], y: number): number[] {
  const found: number[] = [];
  let [ax, ay] = outline[outline.length - 1]!;
  for (const [bx, by] of outline) {
    if (ay <= y !== by <= y) found.push(ax + ((y - ay) / (by - ay)) * (bx - ax));
    [ax, ay] = [bx, by];
  }
  return found.sort((a, b) => a - b);
}
