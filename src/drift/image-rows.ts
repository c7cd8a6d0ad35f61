/** Images → rows: their features, as fmnist-features measures them. */

import { rawBatches } from '../idx/raw-pixels.js';
import type { LabelledSet } from '../idx/set-reader.js';
import type { ImageSize } from '../image/augment/image.js';
import { measureImage } from '../image/features/measure.js';
import type { Row } from './row.js';

/** A row an image. */
export async function* imageRows(set: LabelledSet): AsyncGenerator<Row> {
  const { rows, columns } = set.images;
  const size = rows * columns;
  for await (const { count, pixels, labels } of rawBatches(set))
    for (let i = 0; i < count; i++)
      yield {
        features: imageFeatures(pixels.subarray(i * size, (i + 1) * size), { rows, columns }),
        label: labels?.[i],
      };
}

/** Every feature of one image, by name; one that the image lacks is left out. */
export function imageFeatures(pixels: Uint8Array, size: ImageSize): Row['features'] {
  return Object.entries(measureImage(pixels, 0, size));
}
