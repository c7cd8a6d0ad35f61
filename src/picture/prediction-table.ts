/** Predictions by image: what a model says of each image of a set, in a few bytes an image. */

import { displayName, OperationalError } from '../core/errors.js';
import type { ClassList } from '../idx/classes.js';
import type { LabelledSet } from '../idx/set-reader.js';
import type { ByteReader } from '../io/byte-reader.js';
import { ConfidentMistakes, type Mistake } from '../metrics/mistakes.js';
import { PredictionReader } from '../ndjson/prediction-reader.js';

export interface ShownPrediction {
  /** Label values. */
  readonly label: number;
  readonly truth: number | undefined;
  /** The probability of the predicted class. */
  readonly confidence: number;
}

const none = -1;

export class PredictionTable {
  /** Predictions there are, and how many of them are known to be wrong. */
  count = 0;
  mistakes = 0;
  /** Whether the predictions are of generated images. */
  synthetic = false;
  readonly #labels: Int16Array;
  readonly #truths: Int16Array;
  readonly #confidences: Float32Array;

  private constructor(
    readonly classes: ClassList,
    images: number,
  ) {
    this.#labels = new Int16Array(images).fill(none);
    this.#truths = new Int16Array(images).fill(none);
    this.#confidences = new Float32Array(images);
  }

  /** Reads a file of predictions, checking that they are of this very set: no index beyond it, none twice, labels alike. */
  static async read(reader: ByteReader, set: LabelledSet): Promise<PredictionTable> {
    const file = new PredictionReader(reader);
    const images = set.images.count;
    let table: PredictionTable | undefined;
    for await (const { where, index, truth, prediction, probabilities } of file.predictions()) {
      const classes = file.classes!;
      table ??= new PredictionTable(classes, images);
      if (index >= images)
        throw new OperationalError(
          where,
          `is about image ${index}, but ${displayName(set.source)} has ${images}`,
        );
      if (table.#labels[index] !== none)
        throw new OperationalError(where, `is the second prediction for image ${index}`);
      const label = truth === undefined ? undefined : classes.labels[truth];
      const known = set.labels?.[index];
      if (label !== undefined && known !== undefined && label !== known)
        throw new OperationalError(
          where,
          `says that image ${index} has label ${label}, but in ${displayName(set.source)} it has ${known}; predictions of that very stream were expected`,
        );
      table.#add(index, label ?? known, classes.labels[prediction]!, probabilities[prediction]!);
    }
    if (!table) throw new OperationalError(reader.source, 'has no prediction records');
    table.synthetic = file.runs.some((run) => run.synthetic === true);
    return table;
  }

  at(index: number): ShownPrediction | undefined {
    const label = this.#labels[index];
    if (label === undefined || label === none) return undefined;
    const truth = this.#truths[index]!;
    return {
      label,
      truth: truth === none ? undefined : truth,
      confidence: this.#confidences[index]!,
    };
  }

  /** The `most` most confident mistakes among the images that `wanted` lets through; most confident first. */
  worst(most: number, wanted: (index: number, truth: number) => boolean): number[] {
    const kept = new ConfidentMistakes(most);
    for (let index = 0; index < this.#labels.length; index++) {
      const found = this.at(index);
      if (found?.truth === undefined || found.truth === found.label) continue;
      if (!wanted(index, found.truth)) continue;
      const { truth, label: prediction, confidence } = found;
      kept.add({ index, truth, prediction, confidence, truthProbability: 0 } satisfies Mistake);
    }
    return kept.list().map(({ index }) => index);
  }

  #add(index: number, truth: number | undefined, label: number, confidence: number): void {
    this.#labels[index] = label;
    this.#truths[index] = truth ?? none;
    this.#confidences[index] = confidence;
    this.count++;
    if (truth !== undefined && truth !== label) this.mistakes++;
  }
}
