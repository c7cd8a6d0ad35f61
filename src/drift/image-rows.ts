/** Images → rows: what a service notes of each image, measured the same way. */

import { rawBatches } from '../idx/raw-pixels.js';
import type { LabelledSet } from '../idx/set-reader.js';
import type { Row } from './row.js';

/** A pixel that is part of the object and not of the ground: above 1/8 of the range. */
const ground = 32;

/** Brightness and contrast (mean and deviation of the pixels, 0–255) and coverage (share of pixels above the ground). */
export async function* imageRows(set: LabelledSet): AsyncGenerator<Row> {
  const size = set.images.rows * set.images.columns;
  for await (const { count, pixels, labels } of rawBatches(set)) {
    for (let i = 0; i < count; i++) {
      let [sum, squares, covered] = [0, 0, 0];
      for (let p = i * size; p < (i + 1) * size; p++) {
        const value = pixels[p] as number;
        sum += value;
        squares += value * value;
        if (value >= ground) covered++;
      }
      const mean = sum / size;
      const contrast = Math.sqrt(Math.max(0, squares / size - mean * mean));
      yield {
        features: [
          ['brightness', mean],
          ['contrast', contrast],
          ['coverage', covered / size],
        ],
        label: labels?.[i],
      };
    }
  }
}
