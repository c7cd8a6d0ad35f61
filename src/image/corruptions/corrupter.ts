/** One corruption at one amount, done to the images of a set, each by draws of its own. */

import { Generator } from '../../random/generator.js';
import { deriveKey, itemKey, type Key } from '../../random/key.js';
import type { ImageAt, ImageSize } from '../augment/image.js';
import { type CorruptionName, corruptions } from './catalogue.js';
import { amountOf } from './corruption.js';

/** Writes image number `index` of the set, corrupted, to `target`, which must be other memory. A promise where the kind needs one. */
export type Corrupter = (source: ImageAt, index: number, target: ImageAt) => Promise<void> | void;

/** The key of a kind's draws under a seed. Severities share it: the same image gets the same damage, more of it. */
export function corruptionKey(seed: number, name: CorruptionName): Key {
  return deriveKey(seed, 'fmnist-corrupt', name);
}

/**
 * The corrupter of one kind; `amount` undefined copies. What happens to an image depends on the key and its number and
 * on nothing else: not on the others, their order, or how they are grouped.
 */
export function openCorrupter(
  name: CorruptionName,
  amount: number | undefined,
  { rows, columns }: ImageSize,
  key: Key,
): Corrupter {
  const { corrupt } = corruptions[name];
  const unit = rows * columns;
  return (source, index, target) => {
    const pixels = source.pixels.subarray(source.at, source.at + unit);
    if (amount === undefined) return void target.pixels.set(pixels, target.at);
    const values = corrupt({ rows, columns, pixels }, amount, new Generator(itemKey(key, index)));
    return values instanceof Promise
      ? values.then((known) => place(known, target))
      : place(values, target);
  };
}

/** Image number `index`, rows × columns bytes, corrupted as fmnist-corrupt would with that seed; severity 0 gives a copy. */
export async function corruptImage(
  name: CorruptionName,
  severity: number,
  pixels: Uint8Array,
  size: ImageSize,
  { seed, index }: { readonly seed: number; readonly index: number },
): Promise<Uint8Array> {
  const amount = severity === 0 ? undefined : amountOf(corruptions[name], severity);
  const out = new Uint8Array(pixels.length);
  const corrupter = openCorrupter(name, amount, size, corruptionKey(seed, name));
  await corrupter({ pixels, at: 0 }, index, { pixels: out, at: 0 });
  return out;
}

function place(values: ArrayLike<number>, { pixels, at }: ImageAt): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    pixels[at + i] = value >= 255 ? 255 : value > 0 ? Math.floor(value + 0.5) : 0;
  }
}
