/** Data of a training run: training images, validation images, and the normalisation of both. */

import { warn } from '../cli/messages.js';
import type { CommandIo } from '../core/environment.js';
import { displayName, OperationalError, UsageError } from '../core/errors.js';
import { parseNumber } from '../core/numbers.js';
import type { Normalization } from '../idx/normalization.js';
import { divideApart, firstsOf, pixelPrint } from '../image/copies.js';
import { openNormalizationFitter } from '../image/normalization-fit.js';
import { stratifiedHoldout } from '../image/split.js';
import { openInput } from '../io/input.js';
import { deriveKey } from '../random/key.js';
import { sharedBytes } from '../step/shared-memory.js';
import { type LoadedDataset, loadDataset } from './dataset.js';
import { type InitialWeights, normalizationOfModel } from './initial-weights.js';

/** Operand and options that name the data. */
export interface DataOptions {
  /** Path of the training set, or `-`. */
  readonly file: string;
  /** Value of --validation: a fraction below 1, or a file. */
  readonly validation: string | undefined;
  readonly seed: number;
  /** Kind of normalisation that is fitted where the training images are raw. */
  readonly normalization: Pick<Normalization, 'kind' | 'per'>;
  /** Weights to start from: raw images are normalised as in their own training, where that is known. */
  readonly initial?: InitialWeights | undefined;
}

/** Data of a training run. */
export interface TrainingData {
  readonly training: LoadedDataset;
  readonly validation: LoadedDataset | undefined;
  /** Fraction of the images read that was held out for validation. */
  readonly heldOut: number | undefined;
  /** Normalisation of the training stream, or fitted on the images that are trained on. */
  readonly normalization: Normalization;
}

/** Loads and checks all data. Validation images may be raw, or normalised as the training images are. Throws OperationalError for data that do not fit each other. */
export async function loadTrainingData(io: CommandIo, options: DataOptions): Promise<TrainingData> {
  const { file, validation: how, seed } = options;
  const heldOut = fractionOf(how);
  const whole = await loadDataset(await openInput(io, file, { hash: true }));
  if (whole.classes.names.length < 2)
    throw new OperationalError(
      whole.source,
      'has images of one class only; two or more were expected',
    );
  const [training, held] = heldOut === undefined ? [whole] : holdOut(whole, heldOut, seed);
  const wanted =
    options.initial && normalizationOfModel(options.initial, training.rows * training.columns);
  const normalization =
    training.streamNormalization ?? wanted ?? fit(training, options.normalization);
  if (how === undefined || heldOut !== undefined)
    return { training, validation: held, heldOut, normalization };
  const reader = await openInput(io, how, { hash: true });
  const validation = await loadDataset(reader, { ...training, normalization });
  warnOfCopies(io, training, validation);
  return { training, validation, heldOut, normalization };
}

/** An image on both sides is judged by heart: the validation accuracy says too much, and early stopping goes by it. */
function warnOfCopies(io: CommandIo, training: LoadedDataset, validation: LoadedDataset): void {
  const seen = new Set<number>();
  for (const pixels of imagesOf(training)) seen.add(pixelPrint(pixels));
  let copies = 0;
  for (const pixels of imagesOf(validation)) if (seen.has(pixelPrint(pixels))) copies++;
  if (copies > 0)
    warn(
      io,
      `${displayName(validation.source)}: ${copies} of ${validation.count} images are training images too; fmnist-split keeps copies on one side`,
    );
}

function* imagesOf({ pixels, count, rows, columns }: LoadedDataset): Generator<Uint8Array> {
  const size = rows * columns;
  for (let i = 0; i < count; i++) yield pixels.subarray(i * size, (i + 1) * size);
}

/** Fraction that --validation names; undefined where it names a file (`./0.5` is one). */
function fractionOf(how: string | undefined): number | undefined {
  let fraction: number;
  try {
    fraction = parseNumber(how ?? '');
  } catch {
    return undefined;
  }
  if (fraction > 0 && fraction < 1) return fraction;
  throw new UsageError(
    `--validation: '${how}' is not between 0 and 1; a fraction of the images, or a file, was expected`,
  );
}

/** Fits a normalisation: the same numbers, to the last digit, as fmnist-norm gives for these images. */
function fit(
  { source, pixels, rows, columns }: LoadedDataset,
  { kind, per }: Pick<Normalization, 'kind' | 'per'>,
): Normalization {
  const fitter = openNormalizationFitter(kind, per, rows * columns);
  fitter.add(pixels);
  try {
    return fitter.result();
  } catch (error) {
    throw new OperationalError(source, (error as Error).message, { cause: error });
  }
}

/** Splits a set, stratified and by the seed, into training and held-out images. */
function holdOut(
  whole: LoadedDataset,
  fraction: number,
  seed: number,
): [LoadedDataset, LoadedDataset] {
  const firsts = firstsOf(whole.pixels, whole.count);
  const distinct = firsts.reduce((sum, first, i) => sum + (first === i ? 1 : 0), 0);
  const take = Math.round(fraction * distinct);
  if (take < 1 || take >= distinct)
    throw new OperationalError(
      whole.source,
      `has ${distinct} different image${distinct === 1 ? '' : 's'}; a fraction of ${fraction} of them cannot be held out`,
    );
  const key = deriveKey(seed, 'fmnist-train', 'holdout');
  const held = divideApart(whole.classIndices, firsts, (labels) =>
    stratifiedHoldout(labels, take, key),
  );
  return [part(whole, held, 0), part(whole, held, 1)];
}

/** Copies the images whose flag is `flag`. flags: [count]. */
function part(whole: LoadedDataset, flags: Uint8Array, flag: 0 | 1): LoadedDataset {
  const size = whole.rows * whole.columns;
  const count = flags.reduce((sum, f) => sum + (f === flag ? 1 : 0), 0);
  const pixels = sharedBytes(count * size);
  const classIndices = sharedBytes(count);
  let to = 0;
  for (let from = 0; from < whole.count; from++) {
    if (flags[from] !== flag) continue;
    pixels.set(whole.pixels.subarray(from * size, (from + 1) * size), to * size);
    classIndices[to++] = whole.classIndices[from]!;
  }
  return { ...whole, count, pixels, classIndices };
}
