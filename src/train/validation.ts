/** The images that each epoch is judged on: a stream of their own, or a stratified part of the training stream. */

import { TroubleError, UsageError } from '../cli/errors.js';
import type { CommandIo } from '../cli/io.js';
import { sharedBytes } from '../engine/shared.js';
import { describeNormalization, sameNormalization } from '../image/normalization.js';
import { stratifiedHoldout } from '../image/split.js';
import { openInput } from '../io/input.js';
import { deriveKey } from '../random/key.js';
import { type Dataset, loadDataset } from './dataset.js';

export interface TrainingData {
  readonly training: Dataset;
  readonly validation: Dataset | undefined;
}

/** `how` is what --validation was given: nothing, a fraction below 1, or a file. */
export async function openValidation(
  io: CommandIo,
  training: Dataset,
  how: string | undefined,
  seed: number,
): Promise<TrainingData> {
  if (how === undefined) return { training, validation: undefined };
  const fraction = Number(how);
  if (how.trim() === '' || Number.isNaN(fraction)) {
    const validation = await loadDataset(
      await openInput(io, how, { hash: true }),
      training.classes,
    );
    checkAlike(training, validation);
    return { training, validation };
  }
  if (!(fraction > 0 && fraction < 1))
    throw new UsageError(`--validation: '${how}' is neither a file nor a fraction between 0 and 1`);
  return holdOut(training, fraction, seed);
}

function checkAlike(training: Dataset, validation: Dataset): void {
  const size = ({ rows, columns }: Dataset) => `${rows} × ${columns}`;
  if (size(training) !== size(validation))
    throw new TroubleError(
      validation.source,
      `its images are ${size(validation)} pixels; ${size(training)}, as those to train on, were expected`,
    );
  // A raw validation set is fine: the model normalises by itself.
  const { normalization } = validation;
  if (normalization && !sameNormalization(normalization, training.normalization))
    throw new TroubleError(
      validation.source,
      `is normalised by ${describeNormalization(normalization)}; ${describeNormalization(training.normalization)}, as the training set, was expected`,
    );
}

function holdOut(whole: Dataset, fraction: number, seed: number): TrainingData {
  const take = Math.round(fraction * whole.count);
  if (take < 1 || take >= whole.count)
    throw new TroubleError(
      whole.source,
      `has ${whole.count} images; a fraction of ${fraction} of them cannot be held out`,
    );
  const held = stratifiedHoldout(
    whole.classIndices,
    take,
    deriveKey(seed, 'fmnist-train', 'holdout'),
  );
  return { training: part(whole, held, 0), validation: part(whole, held, 1) };
}

/** The images whose flag is `flag`. */
function part(whole: Dataset, flags: Uint8Array, flag: 0 | 1): Dataset {
  const size = whole.rows * whole.columns;
  const count = flags.reduce((sum, f) => sum + (f === flag ? 1 : 0), 0);
  const pixels = sharedBytes(count * size);
  const classIndices = sharedBytes(count);
  let to = 0;
  for (let from = 0; from < whole.count; from++) {
    if (flags[from] !== flag) continue;
    pixels.set(whole.pixels.subarray(from * size, (from + 1) * size), to * size);
    classIndices[to++] = whole.classIndices[from] as number;
  }
  return { ...whole, count, pixels, classIndices };
}
