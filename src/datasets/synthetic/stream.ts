/** The synthetic garments as a labelled stream. */

import { version } from '../../core/version.js';
import { encodeAnnotation } from '../../idx/annotation.js';
import { encodeHeader } from '../../idx/header.js';
import type { SplitName } from '../datasets.js';
import { garmentSide } from './garment.js';
import { type SyntheticSet, syntheticAnnotation, syntheticCounts, syntheticSet } from './set.js';

export interface SyntheticOptions {
  readonly split: SplitName | 'all';
  /** Images; by default those of the split, or of both for `all`. */
  readonly count?: number | undefined;
  readonly seed: number;
  readonly annotation: boolean;
  readonly labels: boolean;
  readonly images: boolean;
}

/** Images drawn between two pieces of output. */
const batch = 512;

/** The stream's bytes. Of `all`, six images in seven are those of `train`, the others those of `test`. */
export function* syntheticBytes(options: SyntheticOptions): Generator<Buffer> {
  const { split, seed } = options;
  const sets = drawn(options);
  const count = sets.reduce((sum, { labels }) => sum + labels.length, 0);
  const record = {
    program: 'fmnist-fetch',
    version: version(),
    options: { split, source: 'synthetic', seed, count },
  };
  if (options.annotation) yield encodeAnnotation(syntheticAnnotation(split, record));
  if (options.labels) {
    yield encodeHeader('u8', [count]);
    for (const { labels } of sets) yield Buffer.from(labels);
  }
  if (!options.images) return;
  yield encodeHeader('u8', [count, garmentSide, garmentSide]);
  for (const set of sets) yield* imageBytes(set);
}

function drawn({ split, count, seed }: SyntheticOptions): SyntheticSet[] {
  if (split !== 'all') return [syntheticSet(split, count ?? syntheticCounts[split], seed)];
  const { train, test } = syntheticCounts;
  const total = count ?? train + test;
  const first = Math.round((total * train) / (train + test));
  return [syntheticSet('train', first, seed), syntheticSet('test', total - first, seed)];
}

function* imageBytes({ labels, image }: SyntheticSet): Generator<Buffer> {
  for (let start = 0; start < labels.length; start += batch) {
    const size = Math.min(batch, labels.length - start);
    yield Buffer.concat(Array.from({ length: size }, (_, i) => image(start + i)));
  }
}
