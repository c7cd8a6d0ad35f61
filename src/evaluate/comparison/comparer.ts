/** Streaming comparison of two models: paired predictions image by image, then every metric of their comparison. */

import { Calibration } from '../../metrics/calibration.js';
import { ConfidentMistakes, type Mistake } from '../../metrics/mistakes.js';
import { BrierScore, LogLoss } from '../../metrics/proper-scores.js';
import { deriveKey } from '../../random/key.js';
import { type McNemar, mcNemar } from '../../statistics/mcnemar.js';
import { pairedBootstrap } from '../../statistics/paired-bootstrap.js';
import { type Interval, wilsonInterval } from '../../statistics/wilson-interval.js';
import type { PairedSample } from './paired-predictions.js';

/** Contingency table: numbers of images by which of the models is right. */
export interface OutcomeCounts {
  readonly images: number;
  readonly bothRight: number;
  readonly onlyOld: number;
  readonly onlyNew: number;
  readonly bothWrong: number;
}

/** Comparison of a group of images, all or those of one class: counts, McNemar's test and intervals. */
export interface ComparedGroup extends OutcomeCounts, McNemar {
  /** Accuracies: shares of the images. */
  readonly oldRight: number;
  readonly newRight: number;
  /** Difference of the accuracies, newRight − oldRight, and its bootstrap interval. */
  readonly difference: number;
  readonly interval: Interval;
}

/** Regression: an image that the old model classifies correctly and the new one does not; the fields are the new model's. */
export interface Regression extends Mistake {
  /** The old model's probability of the true class. */
  readonly oldConfidence: number;
}

/** Metrics of the probabilities of one model. */
export interface Losses {
  readonly logLoss: number;
  readonly brierScore: number;
  readonly expectedCalibrationError: number;
}

/** All metrics of a comparison. */
export interface Comparison {
  /** All images. */
  readonly whole: ComparedGroup;
  /** One entry a class; undefined where there are no images of it. */
  readonly perClass: readonly (ComparedGroup | undefined)[];
  readonly old: Losses & { readonly interval: Interval };
  readonly new: Losses & { readonly interval: Interval };
  /** Share of the images for which both predict the same class. */
  readonly agreement: number;
  /** Regressions by descending confidence of the new model. */
  readonly regressions: readonly Regression[];
}

/** Options of the bootstrap. */
export interface FinishOptions {
  readonly seed: number;
  readonly resamples: number;
  readonly confidence: number;
}

const outcomes = ['bothWrong', 'onlyOld', 'onlyNew', 'bothRight'] as const;

/** Accumulator of paired predictions. */
export class Comparer {
  /** Counts in the order of `outcomes`. [classes, 4] */
  readonly #counts: Float64Array;
  readonly #losses = { old: openMetrics(), new: openMetrics() };
  readonly #regressions: ConfidentMistakes<Regression>;
  #agreed = 0;
  images = 0;

  /** regressions: the number of them to keep. */
  constructor(
    readonly classes: number,
    { regressions }: { readonly regressions: number },
  ) {
    this.#counts = new Float64Array(classes * outcomes.length);
    this.#regressions = new ConfidentMistakes(regressions);
  }

  /** Takes one image. Nothing of the sample is kept but copies. */
  add(sample: PairedSample): void {
    const { truth } = sample;
    const [oldRight, newRight] = [sample.old.prediction === truth, sample.new.prediction === truth];
    const at = truth * outcomes.length + (oldRight ? 1 : 0) + (newRight ? 2 : 0);
    this.#counts[at] = this.#counts[at]! + 1;
    for (const side of ['old', 'new'] as const) {
      const { prediction, probabilities } = sample[side];
      for (const metric of Object.values(this.#losses[side]))
        metric.add(truth, prediction, probabilities);
    }
    if (sample.old.prediction === sample.new.prediction) this.#agreed++;
    this.images++;
    if (oldRight && !newRight) this.#keep(sample);
  }

  #keep({ index, truth, old, new: { prediction, probabilities }, pixels }: PairedSample): void {
    const confidence = probabilities[prediction]!;
    if (!this.#regressions.wants(confidence)) return;
    const mistake = {
      index,
      truth,
      prediction,
      confidence,
      truthProbability: probabilities[truth]!,
      oldConfidence: old.probabilities[truth]!,
    };
    this.#regressions.add(pixels ? { ...mistake, pixels: pixels.slice() } : mistake);
  }

  /** Computes all metrics; at least one image must have been added. */
  finish({ seed, resamples, confidence }: FinishOptions): Comparison {
    if (this.images === 0) throw new Error('there is nothing to compare');
    const group = (counts: OutcomeCounts, of: string | number) =>
      compared(counts, { key: deriveKey(seed, 'fmnist-compare', of), resamples, confidence });
    const perClass = Array.from({ length: this.classes }, (_, i) => this.#countsOf(i));
    const whole = group(perClass.reduce(sum), 'all');
    const side = (name: 'old' | 'new') => {
      const { logLoss, brier, calibration } = this.#losses[name];
      const right = whole.bothRight + (name === 'old' ? whole.onlyOld : whole.onlyNew);
      return {
        logLoss: logLoss.value,
        brierScore: brier.value,
        expectedCalibrationError: calibration.expectedError,
        interval: wilsonInterval(right, this.images),
      };
    };
    return {
      whole,
      perClass: perClass.map((counts, i) => (counts.images > 0 ? group(counts, i) : undefined)),
      old: side('old'),
      new: side('new'),
      agreement: this.#agreed / this.images,
      regressions: this.#regressions.list(),
    };
  }

  #countsOf(i: number): OutcomeCounts {
    const [bothWrong = 0, onlyOld = 0, onlyNew = 0, bothRight = 0] = this.#counts.subarray(
      i * outcomes.length,
      (i + 1) * outcomes.length,
    );
    return {
      images: bothWrong + onlyOld + onlyNew + bothRight,
      bothRight,
      onlyOld,
      onlyNew,
      bothWrong,
    };
  }
}

const openMetrics = () => ({
  logLoss: new LogLoss(),
  brier: new BrierScore(),
  calibration: new Calibration(),
});

const sum = (a: OutcomeCounts, b: OutcomeCounts): OutcomeCounts => ({
  images: a.images + b.images,
  bothRight: a.bothRight + b.bothRight,
  onlyOld: a.onlyOld + b.onlyOld,
  onlyNew: a.onlyNew + b.onlyNew,
  bothWrong: a.bothWrong + b.bothWrong,
});

function compared(
  counts: OutcomeCounts,
  options: Parameters<typeof pairedBootstrap>[1],
): ComparedGroup {
  const { images, bothRight, onlyOld, onlyNew } = counts;
  return {
    ...counts,
    ...mcNemar(onlyOld, onlyNew),
    oldRight: (bothRight + onlyOld) / images,
    newRight: (bothRight + onlyNew) / images,
    difference: (onlyNew - onlyOld) / images,
    interval: pairedBootstrap(counts, options),
  };
}
