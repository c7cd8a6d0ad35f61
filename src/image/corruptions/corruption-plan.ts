/** Corruption plan: which images of a stream are corrupted, by which kind, and how badly. */

import { Generator } from '../../random/generator.js';
import { deriveKey, itemKey } from '../../random/key.js';
import type { ImageSize } from '../augment/image.js';
import { type CorruptionName, corruptions } from './catalogue.js';
import { type Corrupter, corruptionKey, openCorrupter } from './corrupter.js';
import { amountOf, mostSevere } from './corruption.js';

export interface CorruptionPlan {
  /** Each image gets one of them, drawn where there are several. */
  readonly kinds: readonly CorruptionName[];
  /** From the least to the most severe, drawn evenly for each image; 0 leaves it. */
  readonly severities: readonly [least: number, most: number];
  /** Instead of severities, where there is one kind. */
  readonly amount?: number | undefined;
  /** The share of the images that is corrupted, drawn for each. */
  readonly share: number;
  /** Images before this one are left as they are. */
  readonly from: number;
}

/** `3` or `1-5` → the least and the most severe. Anything else is a RangeError that says what was expected. */
export function readSeverities(text: string): readonly [number, number] {
  const match = /^([0-5])(?:-([0-5]))?$/.exec(text);
  const least = Number(match?.[1]);
  const most = Number(match?.[2] ?? match?.[1]);
  if (!match || least > most)
    throw new RangeError(
      `'${text}' is not a severity from 0 to ${mostSevere}, or a range of them such as 1-5`,
    );
  return [least, most];
}

/** The corrupter of a whole treatment. */
export function openCorruptionPlan(
  treatment: CorruptionPlan,
  size: ImageSize,
  seed: number,
): Corrupter {
  const { kinds, severities, amount, share, from } = treatment;
  const [least, most] = severities;
  const choices = deriveKey(seed, 'fmnist-corrupt', 'choice');
  const copy = openCorrupter('brightness', undefined, size, choices);
  // By kind, then by severity.
  const table = kinds.map((name) => {
    const key = corruptionKey(seed, name);
    const open = (dose: number | undefined) => openCorrupter(name, dose, size, key);
    if (amount !== undefined) return [open(amount)];
    return Array.from({ length: most - least + 1 }, (_, i) =>
      open(least + i === 0 ? undefined : amountOf(corruptions[name], least + i)),
    );
  });
  return (source, index, target) => {
    const generator = new Generator(itemKey(choices, index));
    const hit = generator.uniform() < share && index >= from;
    const severe = table[generator.below(table.length)] as readonly Corrupter[];
    const corrupter = severe[generator.below(severe.length)]!;
    return (hit ? corrupter : copy)(source, index, target);
  };
}
