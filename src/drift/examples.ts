/** From a verdict to images: those that lie furthest out in what has drifted, on the side it has drifted to. */

import type { DriftComparison } from './comparison.js';
import type { KeptImage } from './image-extremes.js';
import type { WindowSketch } from './window-sketch.js';

export interface Examples {
  readonly feature: string;
  readonly end: 'least' | 'greatest';
  /** The furthest first. */
  readonly images: readonly KeptImage[];
}

/** Features of which images are shown, at most. */
const mostFeatures = 3;

/** For the features that have drifted most, by Wasserstein's distance in deviations; none where no images were kept. */
export function examplesOf({ tests }: DriftComparison, { images }: WindowSketch): Examples[] {
  if (!images) return [];
  return tests
    .filter(({ drift, kind }) => drift && kind === 'feature')
    .toSorted((a, b) => (b.wassersteinScaled ?? 0) - (a.wassersteinScaled ?? 0))
    .slice(0, mostFeatures)
    .map(({ name, mean = 0, referenceMean = 0 }) => {
      const end = mean < referenceMean ? 'least' : 'greatest';
      return { feature: name, end, images: images.of(name, end) } as const;
    })
    .filter((examples) => examples.images.length > 0);
}
