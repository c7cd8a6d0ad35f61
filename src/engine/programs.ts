/** Programs of a training run that an engine compiles: the step of a micro-batch, and the evaluation of images. */

import type { Network } from '../model/network.js';
import type { StepInputs } from '../step/batch.js';
import type { Weights } from './engine.js';

/** One micro-batch's part of a training step; memory of this thread, the same in every run. */
export interface StepProgram extends StepInputs {
  /** The plan's network at the size of the images of an epoch. */
  readonly network: Network;
  /** [parameterCount], to be filled before a run, as are images, targets and masks. */
  readonly parameters: Float32Array;
  /** [parameterCount] gradients of the sum of the losses divided by the images of the whole step; of frozen ones, zeros. */
  readonly gradients: Float32Array;
  /** [statisticCount] batch statistics: means over the micro-batches of the program. */
  readonly statistics: Float32Array;
  /** [samples] losses. */
  readonly losses: Float32Array;
  /** [samples, classes]. */
  readonly logits: Float32Array;
  /** Runs the teacher, where there is one, on the filled images; before `run`. Needs no parameters. */
  prepare(): Promise<void>;
  run(): Promise<void>;
  release(): Promise<void>;
}

/** Logits of images by given weights. */
export interface EvaluationProgram {
  /** Takes a copy of the weights for the runs to come, until `close`. */
  load(weights: Weights): LoadedEvaluation;
}

/** An evaluation program with weights. */
export interface LoadedEvaluation {
  /** pixels: [count, rows, columns] raw bytes → [count, classes], valid until the next call. */
  logits(pixels: Uint8Array, count: number): Promise<Float32Array>;
  close(): void;
}

/** The programs of one training plan, compiled by one engine for one thread. */
export interface Programs {
  compileStep(network: Network): Promise<StepProgram>;
  compileEvaluation(): Promise<EvaluationProgram>;
}
