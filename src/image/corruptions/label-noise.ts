/** Wrong labels. */

import { Generator } from '../../random/generator.js';
import { itemKey, type Key } from '../../random/key.js';
import type { Dose } from './corruption.js';

export const labelNoise: Dose = {
  amounts: [0.05, 0.1, 0.2, 0.3, 0.4],
  unit: 'share of the labels',
  bounds: { min: 0, max: 1 },
};

/**
 * The labels of a set, a share `amount` of them (drawn for each image) replaced by another label that occurs in it,
 * each as likely as any other. Which, depends on the key and the image's number. A RangeError where all are alike.
 */
export function noisyLabels(labels: Uint8Array, amount: number, key: Key, from = 0): Uint8Array {
  const known = [...new Set(labels)].sort((a, b) => a - b);
  if (known.length < 2) throw new RangeError('has labels of one class only; two were expected');
  return labels.map((label, index) => {
    const generator = new Generator(itemKey(key, index));
    const wrong = generator.uniform() < amount && index >= from;
    const other = generator.below(known.length - 1);
    // The one in question is passed over.
    return wrong ? known[other + (other >= known.indexOf(label) ? 1 : 0)]! : label;
  });
}
