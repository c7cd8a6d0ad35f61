/** Takes the answers of two models image by image and ends with every figure of their comparison. */

import { Calibration } from '../../metrics/calibration.js';
import { ConfidentMistakes, type Mistake } from '../../metrics/mistakes.js';
import { BrierScore, LogLoss } from '../../metrics/proper-scores.js';
import { deriveKey } from '../../random/key.js';
import { type McNemar, mcNemar } from '../../statistics/mcnemar.js';
import { pairedBootstrap } from '../../statistics/paired-bootstrap.js';
import { type Interval, wilsonInterval } from '../../statistics/wilson-interval.js';
import type { PairedSample } from './paired-predictions.js';

/** Images by who is right on them. */
export interface OutcomeCounts {
  readonly images: number;
  readonly bothRight: number;
  readonly onlyOld: number;
  readonly onlyNew: number;
  readonly bothWrong: number;
}

/** A tally, and what it says: of all images, or of those of one class. */
export interface ComparedGroup extends OutcomeCounts, McNemar {
  /** Shares of the images. */
  readonly oldRight: number;
  readonly newRight: number;
  /** newRight − oldRight, and its interval. */
  readonly difference: number;
  readonly interval: Interval;
}

/** An image that the old model was right on and the new one is wrong on; its fields are the new model's. */
export interface Regression extends Mistake {
  /** The old model's probability of the true class. */
  readonly oldConfidence: number;
}

/** Figures of the probabilities of one model. */
export interface Losses {
  readonly logLoss: number;
  readonly brierScore: number;
  readonly expectedCalibrationError: number;
}

export interface Comparison {
  readonly whole: ComparedGroup;
  /** One entry a class; undefined where there are no images of it. */
  readonly perClass: readonly (ComparedGroup | undefined)[];
  readonly old: Losses & { readonly interval: Interval };
  readonly new: Losses & { readonly interval: Interval };
  /** Share of the images on which both say the same. */
  readonly agreement: number;
  /** Those the new model is surest of, first. */
  readonly regressions: readonly Regression[];
}

export interface FinishOptions {
  readonly seed: number;
  readonly resamples: number;
  readonly confidence: number;
}

const tallied = ['bothWrong', 'onlyOld', 'onlyNew', 'bothRight'] as const;

export class Comparer {
  /** classes × 4, in the order of `tallied`. */
  readonly #counts: Float64Array;
  readonly #losses = { old: measures(), new: measures() };
  readonly #regressions: ConfidentMistakes<Regression>;
  #agreed = 0;
  images = 0;

  /** regressions: how many of them are kept. */
  constructor(
    readonly classes: number,
    { regressions }: { readonly regressions: number },
  ) {
    this.#counts = new Float64Array(classes * tallied.length);
    this.#regressions = new ConfidentMistakes(regressions);
  }

  /** Takes one image. Nothing of the sample is kept but copies. */
  add(sample: PairedSample): void {
    const { truth } = sample;
    const [oldRight, newRight] = [sample.old.prediction === truth, sample.new.prediction === truth];
    const at = truth * tallied.length + (oldRight ? 1 : 0) + (newRight ? 2 : 0);
    this.#counts[at] = this.#counts[at]! + 1;
    for (const side of ['old', 'new'] as const) {
      const { prediction, probabilities } = sample[side];
      for (const measure of Object.values(this.#losses[side]))
        measure.add(truth, prediction, probabilities);
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

  /** Every figure; at least one image must have been added. */
  finish({ seed, resamples, confidence }: FinishOptions): Comparison {
    if (this.images === 0) throw new Error('there is nothing to compare');
    const group = (tally: OutcomeCounts, of: string | number) =>
      compared(tally, { key: deriveKey(seed, 'fmnist-compare', of), resamples, confidence });
    const perClass = Array.from({ length: this.classes }, (_, i) => this.#tally(i));
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
      perClass: perClass.map((tally, i) => (tally.images > 0 ? group(tally, i) : undefined)),
      old: side('old'),
      new: side('new'),
      agreement: this.#agreed / this.images,
      regressions: this.#regressions.list(),
    };
  }

  #tally(i: number): OutcomeCounts {
    const [bothWrong = 0, onlyOld = 0, onlyNew = 0, bothRight = 0] = this.#counts.subarray(
      i * tallied.length,
      (i + 1) * tallied.length,
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

const measures = () => ({
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
  tally: OutcomeCounts,
  options: Parameters<typeof pairedBootstrap>[1],
): ComparedGroup {
  const { images, bothRight, onlyOld, onlyNew } = tally;
  return {
    ...tally,
    ...mcNemar(onlyOld, onlyNew),
    oldRight: (bothRight + onlyOld) / images,
    newRight: (bothRight + onlyNew) / images,
    difference: (onlyNew - onlyOld) / images,
    interval: pairedBootstrap(tally, options),
  };
}
