/** Images → rows: their features, as fmnist-features measures them. */

import type { LabelledSet } from '../idx/set-reader.js';
import type { ImageSize } from '../image/augment/image.js';
import { pixelPrint } from '../image/copies.js';
import { measureImage } from '../image/features/measure.js';
import { rawBatches } from '../image/raw-pixels.js';
import type { Observation } from './observation.js';

/** A row an image; the images themselves with it where they are wanted. */
export async function* imageObservations(
  set: LabelledSet,
  images = false,
): AsyncGenerator<Observation> {
  const { rows, columns } = set.images;
  const size = rows * columns;
  for await (const batch of rawBatches(set))
    for (let i = 0; i < batch.count; i++) {
      const pixels = batch.pixels.subarray(i * size, (i + 1) * size);
      yield {
        kind: 'image',
        features: imageFeatures(pixels, { rows, columns }),
        label: batch.labels?.[i],
        print: pixelPrint(pixels),
        image: images ? { rows, columns, pixels } : undefined,
      };
    }
}

/** Every feature of one image, by name; one that the image lacks is left out. */
export function imageFeatures(pixels: Uint8Array, size: ImageSize): Observation['features'] {
  return Object.entries(measureImage(pixels, 0, size));
}
