/** Augmentation in training: the recipe's section `augmentation`, and its augmenter of an epoch. */

import type { FieldReader } from '../core/field-reader.js';
import { type Augmenter, openAugmenter } from '../image/augment/augment.js';
import {
  type Augmentation,
  type AugmentationNumber,
  augmentationBounds,
  changesImages,
  erasures,
  fills,
  flips,
  noAugmentation,
  presetNames,
  presets,
} from '../image/augment/spec.js';
import { deriveKey } from '../random/key.js';
import type { TrainingPlan } from './plan.js';

/** Reads the section: its fields over those of its preset; nothing where no image would change. */
export function readAugmentation(reader: FieldReader): { readonly augmentation?: Augmentation } {
  const preset = reader.choice('preset', ['none', ...presetNames], 'none');
  const base = preset === 'none' ? noAugmentation : presets[preset];
  const number = (name: AugmentationNumber) =>
    reader.number(name, augmentationBounds[name], base[name]);
  const augmentation: Augmentation = {
    rotate: number('rotate'),
    shift: number('shift'),
    shear: number('shear'),
    zoom: number('zoom'),
    translate: number('translate'),
    flip: reader.choice('flip', flips, base.flip),
    fill: reader.choice('fill', fills, base.fill),
    erase: number('erase'),
    eraseArea: number('eraseArea'),
    eraseWith: reader.choice('eraseWith', erasures, base.eraseWith),
  };
  reader.end('augmentation');
  return changesImages(augmentation) ? { augmentation } : {};
}

/** Augmenter of the images of an epoch (from 1); undefined without augmentation. It depends on seed, epoch and the image's index alone. */
export function trainingAugmenter(
  plan: Pick<TrainingPlan, 'recipe' | 'seed' | 'rows' | 'columns'>,
  epoch: number,
): Augmenter | undefined {
  const { augmentation } = plan.recipe;
  if (!augmentation) return undefined;
  const key = deriveKey(plan.seed, 'fmnist-train', 'augmentation');
  return openAugmenter(augmentation, plan, key, epoch);
}
