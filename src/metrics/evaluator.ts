/** Takes predictions one by one and ends with every figure there is about them. */

import { Calibration, type ReliabilityBin } from './calibration.js';
import { type ClassScores, classScores } from './class-scores.js';
import { ConfusionMatrix } from './confusion-matrix.js';
import {
  type ClassRanking,
  classRankings,
  type Metrics,
  type MetricValues,
  metricValues,
} from './metric-values.js';
import { ConfidentMistakes, type Mistake } from './mistakes.js';
import { BrierScore, LogLoss } from './proper-scores.js';
import { Scores } from './ranking.js';
import { ThresholdCounts } from './threshold.js';
import { TopK } from './top-k.js';

export interface EvaluatorOptions {
  /** A class is claimed from this probability on; default 0.5. */
  readonly threshold?: number;
  /** How many of the most confident mistakes to keep; default none. */
  readonly mistakes?: number;
}

/** One image: class indexes, one probability a class, and the raw pixels where they are at hand. */
export interface EvaluatedSample {
  readonly index: number;
  readonly truth: number;
  readonly prediction: number;
  /** [classes]. */
  readonly probabilities: Float32Array;
  /** [rows, columns] raw bytes. */
  readonly pixels?: Uint8Array;
  /** Position of the first image with the same pixels; undefined of an image that is the first. */
  readonly copyOf?: number | undefined;
}

export interface Evaluation {
  readonly images: number;
  readonly threshold: number;
  readonly metrics: MetricValues;
  readonly matrix: ConfusionMatrix;
  /** One entry a class. */
  readonly perClass: readonly (ClassScores & ClassRanking)[];
  readonly bins: readonly ReliabilityBin[];
  /** Most confident first. */
  readonly mistakes: readonly Mistake[];
}

export class Evaluator {
  readonly #measures: Metrics;
  readonly #mistakes: ConfidentMistakes;
  images = 0;

  constructor(classes: number, { threshold = 0.5, mistakes = 0 }: EvaluatorOptions = {}) {
    this.#mistakes = new ConfidentMistakes(mistakes);
    this.#measures = {
      matrix: new ConfusionMatrix(classes),
      topK: new TopK(classes),
      logLoss: new LogLoss(),
      brier: new BrierScore(),
      calibration: new Calibration(),
      threshold: new ThresholdCounts(threshold),
      scores: new Scores(classes),
    };
  }

  /** Takes one image. Nothing of the sample is kept but copies. */
  add({ index, truth, prediction, probabilities, pixels }: EvaluatedSample): void {
    for (const measure of Object.values(this.#measures))
      measure.add(truth, prediction, probabilities);
    this.images++;
    const confidence = probabilities[prediction]!;
    if (truth === prediction || !this.#mistakes.wants(confidence)) return;
    const truthProbability = probabilities[truth]!;
    const mistake = { index, truth, prediction, confidence, truthProbability };
    this.#mistakes.add(pixels ? { ...mistake, pixels: pixels.slice() } : mistake);
  }

  /** Every figure; at least one image must have been added. */
  finish(): Evaluation {
    const { matrix, calibration, scores, threshold } = this.#measures;
    if (this.images === 0) throw new Error('there is nothing to evaluate');
    const rankings = classRankings(scores);
    return {
      images: this.images,
      threshold: threshold.threshold,
      metrics: metricValues(this.#measures, rankings),
      matrix,
      perClass: classScores(matrix).map((score, i) => ({
        ...score,
        ...rankings[i]!,
      })),
      bins: calibration.bins(),
      mistakes: this.#mistakes.list(),
    };
  }
}
