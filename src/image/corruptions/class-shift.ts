/** Another mix of classes: one becomes more frequent, or rarer, by leaving images out. */

import { itemKey, type Key } from '../../random/key.js';
import type { Dose } from './corruption.js';

export const classShift: Dose = {
  amounts: [0.05, 0.1, 0.2, 0.3, 0.4],
  unit: 'added to its share',
  bounds: { min: -1, max: 1 },
};

/**
 * Positions of the images that stay, if the share of class `label` is to change by `amount`: of
 * the class itself where it is to become rarer, of each other class (all thinned alike) where it
 * is to become more frequent. Which ones, depends on the key. A RangeError says what stands
 * against it.
 */
export function shiftedMix(
  labels: Uint8Array,
  label: number,
  amount: number,
  key: Key,
): readonly boolean[] {
  const members = new Map<number, number[]>();
  for (const [index, value] of labels.entries()) {
    const list = members.get(value);
    if (list) list.push(index);
    else members.set(value, [index]);
  }
  const own = members.get(label)?.length ?? 0;
  const others = labels.length - own;
  const share = own / labels.length + amount;
  if (!(share >= 0 && share < 1) || own === 0 || others === 0)
    throw new RangeError(
      `has ${own} of ${labels.length} images in the class; with ${amount} more, its share would be ${share.toFixed(2)}, and a share from 0 to below 1, of a class that there is, was expected`,
    );
  const rest = amount > 0 ? (own * (1 - share)) / share / others : 1;
  const kept = new Array<boolean>(labels.length).fill(false);
  for (const [value, indexes] of members) {
    const factor = value !== label ? rest : amount > 0 ? 1 : (others * share) / (1 - share) / own;
    const drawn = indexes
      .map((index) => [itemKey(key, index)[0], index] as const)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    for (const [, index] of drawn.slice(0, Math.round(factor * indexes.length))) kept[index] = true;
  }
  return kept;
}
