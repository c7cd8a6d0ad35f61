/** A labelled set, corrupted as it is read. */

import { OperationalError, withSource } from '../../core/errors.js';
import { classesOf, findLabel } from '../../idx/classes.js';
import { describeNormalization } from '../../idx/normalization.js';
import { selectImages } from '../../idx/select.js';
import type { ImageShape, LabelledSet } from '../../idx/set-reader.js';
import type { IdxArray } from '../../idx/types.js';
import { Generator } from '../../random/generator.js';
import { deriveKey } from '../../random/key.js';
import { shiftedMix } from './class-shift.js';
import { type CorruptionPlan, openCorruptionPlan } from './corruption-plan.js';
import { noisyLabels } from './label-noise.js';
import type { CorruptionChoice } from './parse-corruptions.js';

export interface CorruptedSet {
  /** [images] label values; undefined without labels. */
  readonly labels: Uint8Array | undefined;
  readonly images: ImageShape;
  /** The images, once, in order; each block is memory of its own. */
  readonly blocks: () => AsyncIterable<IdxArray>;
  /** What was done, for people: `5 % of 200 labels`. */
  readonly outcome: string;
}

/** An OperationalError where the set is not one that can be so corrupted. Labels are changed at once, images as they are asked for. */
export function corruptSet(set: LabelledSet, order: CorruptionChoice, seed: number): CorruptedSet {
  if (order.what === 'images') return treated(set, order, seed);
  const labels = set.labels!;
  const { source, images } = set;
  const count = (of: number, what: string) => `${of} of ${labels.length} ${what}`;
  return withSource(source, () => {
    if (order.what === 'label-noise') {
      const key = deriveKey(seed, 'fmnist-corrupt', 'label-noise');
      const noisy =
        order.amount === undefined ? labels : noisyLabels(labels, order.amount, key, order.from);
      const wrong = noisy.reduce((sum, label, i) => sum + (label === labels[i] ? 0 : 1), 0);
      const outcome = count(wrong, 'labels made wrong');
      return { labels: noisy, images, blocks: () => untouched(set), outcome };
    }
    const kept = mixOf(set, labels, order, seed);
    const stay = kept.reduce((sum, keep) => sum + (keep ? 1 : 0), 0);
    return {
      labels: labels.filter((_, i) => kept[i]),
      images: { ...images, count: stay },
      blocks: () => selected(set, kept),
      outcome: count(stay, 'images kept'),
    };
  });
}

function treated(set: LabelledSet, treatment: CorruptionPlan, seed: number): CorruptedSet {
  const { images, labels, annotation, source } = set;
  if (images.type !== 'u8') {
    const how = annotation?.normalization;
    throw new OperationalError(
      source,
      `is normalised${how ? ` (${describeNormalization(how)})` : ''}; raw pixels of type u8 were expected (corrupt first, normalise last)`,
    );
  }
  const corrupter = openCorruptionPlan(treatment, images, seed);
  const unit = images.rows * images.columns;
  const blocks = async function* () {
    for await (const { start, count, pixels } of set.batches()) {
      const given = pixels as Uint8Array;
      const made = new Uint8Array(given.length);
      for (let i = 0; i < count; i++) {
        const at = i * unit;
        // Most kinds are done at once; waiting for them would cost more than they do.
        const done = corrupter({ pixels: given, at }, start + i, { pixels: made, at });
        if (done) await done;
      }
      yield made;
    }
  };
  return { labels, images, blocks, outcome: `${images.count} images` };
}

function mixOf(
  set: LabelledSet,
  labels: Uint8Array,
  order: Extract<CorruptionChoice, { what: 'class-shift' }>,
  seed: number,
): readonly boolean[] {
  const key = deriveKey(seed, 'fmnist-corrupt', 'class-shift');
  if (order.amount === undefined) return Array.from(labels, () => true);
  const known = [...new Set(labels)].sort((a, b) => a - b);
  const label =
    order.class === undefined
      ? (known[new Generator(key).below(Math.max(1, known.length))] ?? 0)
      : findLabel(classesOf(set.annotation), order.class, set.source);
  return shiftedMix(labels, label, order.amount, key);
}

async function* untouched(set: LabelledSet): AsyncGenerator<IdxArray> {
  for await (const { pixels } of set.batches()) yield pixels.slice();
}

async function* selected(set: LabelledSet, kept: readonly boolean[]): AsyncGenerator<IdxArray> {
  const unit = set.images.rows * set.images.columns;
  for await (const { start, pixels } of set.batches()) {
    const chosen = selectImages(pixels, unit, (i) => kept[start + i] === true);
    yield chosen === pixels ? pixels.slice() : chosen;
  }
}
