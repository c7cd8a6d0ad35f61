/** The synthetic garments as a set: balanced labels, and images that depend on nothing but seed, split and position. */

import { type Annotation, annotate, type HistoryRecord } from '../../idx/annotation.js';
import { Generator, permutation } from '../../random/generator.js';
import { deriveKey, itemKey, type Key } from '../../random/key.js';
import { fashionClasses } from '../classes.js';
import { drawGarment } from './garment.js';

export const syntheticDataset = 'synthetic-garments';

/** Images of each split unless told otherwise: enough to learn from, few enough to train on in seconds. */
export const syntheticCounts = { train: 6000, test: 1000 } as const;

/** Annotation of a stream of synthetic garments. */
export function syntheticAnnotation(split: string, record: HistoryRecord): Annotation {
  return annotate(undefined, record, {
    dataset: syntheticDataset,
    split,
    synthetic: true,
    classes: fashionClasses,
  });
}

export interface SyntheticSet {
  /** [images]; every ten in a row hold each class once. */
  readonly labels: Uint8Array;
  /** Image `index` alone: 28 × 28 bytes. */
  image(index: number): Uint8Array;
}

/**
 * `count` garments of a split. The keys of the splits differ, so no garment is drawn twice;
 * a shorter set is the beginning of a longer one.
 */
export function syntheticSet(split: 'train' | 'test', count: number, seed: number): SyntheticSet {
  const key = (purpose: string): Key =>
    deriveKey(seed, 'fmnist-fetch', syntheticDataset, split, purpose);
  const [order, garments] = [key('labels'), key('garments')];
  const classes = fashionClasses.length;
  const labels = new Uint8Array(count);
  for (let start = 0; start < count; start += classes) {
    const deck = permutation(classes, new Generator(itemKey(order, start / classes)));
    labels.set(deck.subarray(0, count - start), start);
  }
  return {
    labels,
    image: (index) => drawGarment(labels[index]!, itemKey(garments, index)),
  };
}
