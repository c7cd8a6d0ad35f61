/** Trial of an adopted model on labelled images: accuracy by its contract, and by those it is usually mistaken for. */

import { availableParallelism } from 'node:os';
import { openOnnxPredictor } from '../engine/onnxruntime/predictor.js';
import { checkSet } from '../engine/predict-set.js';
import { predictionAt } from '../engine/predicted-samples.js';
import { indexOfLabel } from '../idx/classes.js';
import { sameNormalization, scaleToUnit } from '../idx/normalization.js';
import type { LabelledSet } from '../idx/set-reader.js';
import { normalizationOfSet, rawBatches } from '../image/raw-pixels.js';
import type { Model } from '../model/model.js';
import type { Adoptable } from './adopt-model.js';
import { type Contract, parseNormalization, unnormalized } from './contract.js';

/** Labelled images in memory. */
export interface TrialImages {
  readonly count: number;
  /** [count, rows, columns] raw bytes. */
  readonly pixels: Uint8Array;
  /** [count] class indices. */
  readonly truths: Int16Array;
}

/** Accuracy and predictions by one contract. */
export interface TrialResult {
  /** The options that would make it. */
  readonly words: string;
  readonly accuracy: number;
  /** [count] class index that is predicted for each image. */
  readonly predictions: Int16Array;
}

/** Outcomes by the contract and by others. */
export interface Trial {
  readonly images: TrialImages;
  readonly own: TrialResult;
  readonly others: readonly TrialResult[];
}

/** Reads a set. Throws OperationalError where its images or labels are none that the model knows. */
export async function readTrialImages(set: LabelledSet, { info }: Model): Promise<TrialImages> {
  // Normalised pixels are brought back to bytes: by what they were normalised does not matter here.
  checkSet(set, { ...info, normalization: normalizationOfSet(set) ?? info.normalization });
  const { count, rows, columns } = set.images;
  const pixels = new Uint8Array(count * rows * columns);
  for await (const batch of rawBatches(set)) pixels.set(batch.pixels, batch.start * rows * columns);
  const indexOf = indexOfLabel(info.classes);
  return { count, pixels, truths: Int16Array.from(set.labels!, (label) => indexOf[label]!) };
}

/** Tries the model. */
export async function tryModel(adoptable: Adoptable, images: TrialImages): Promise<Trial> {
  const { contract } = adoptable;
  const own = await outcome(adoptable.by(contract), '', images);
  const others: TrialResult[] = [];
  for (const [words, other] of otherContracts(adoptable, images))
    others.push(await outcome(adoptable.by(other), words, images));
  return { images, own, others };
}

/** Images of a run; many runs tell the threads nothing new. */
const batch = 4096;

async function outcome(
  model: Model,
  words: string,
  { count, pixels, truths }: TrialImages,
): Promise<TrialResult> {
  const predictor = await openOnnxPredictor(model, availableParallelism());
  const size = pixels.length / count;
  const predictions = new Int16Array(count);
  try {
    for (let start = 0; start < count; start += batch) {
      const taken = Math.min(batch, count - start);
      const part = pixels.slice(start * size, (start + taken) * size);
      const { probabilities } = await predictor.predict(part, taken);
      for (let i = 0; i < taken; i++)
        predictions[start + i] = predictionAt(probabilities, i, taken).prediction;
    }
  } finally {
    await predictor.close();
  }
  const right = truths.reduce((sum, truth, i) => sum + Number(truth === predictions[i]), 0);
  return { words, accuracy: right / count, predictions };
}

/** The usual mistakes, by the options that make them, where they are other than the contract. */
function otherContracts({ contract, input }: Adoptable, images: TrialImages): [string, Contract][] {
  const { normalization, invert, transpose, rows, columns } = contract;
  const own = meanAndDeviation(images.pixels);
  const normalizations = [
    ['none', unnormalized],
    ['scale', scaleToUnit],
    ['0.5,0.5', parseNormalization('0.5,0.5')],
    ...(own ? [[own, parseNormalization(own)] as const] : []),
  ] as const;
  const wholeNumbers = [2, 6, 7].includes(input.port.element);
  const flag = (name: string, set: boolean) => (set ? `without --${name}` : `with --${name}`);
  return [
    ...(wholeNumbers ? [] : normalizations)
      .filter(([, other]) => !sameNormalization(other, normalization))
      .map(([text, other]): [string, Contract] => [
        `with --normalize ${text}`,
        { ...contract, normalization: other },
      ]),
    [flag('invert', invert), { ...contract, invert: !invert }],
    ...(rows === columns
      ? [
          [flag('transpose', transpose), { ...contract, transpose: !transpose }] as [
            string,
            Contract,
          ],
        ]
      : []),
  ];
}

/** `MEAN,STD` of the images, of pixels 0 to 1; undefined where all pixels are the same. */
function meanAndDeviation(pixels: Uint8Array): string | undefined {
  let [sum, squares] = [0, 0];
  for (const pixel of pixels) {
    sum += pixel;
    squares += pixel * pixel;
  }
  const mean = sum / pixels.length;
  const deviation = Math.sqrt(Math.max(0, squares / pixels.length - mean * mean));
  const [m, d] = [mean / 255, deviation / 255].map((value) => Number(value.toFixed(4)));
  return d ? `${m},${d}` : undefined;
}
