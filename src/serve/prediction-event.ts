/** Predictions of one request, part by part: one type for the response body, the log, metrics, shadows and feedback. */

import type { ClassList } from '../idx/classes.js';

/** Predictions of some of the images of a request. */
export interface PredictedPart {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  /** Position of the part's first image in its request, and how many images it has. */
  readonly start: number;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly classes: ClassList;
  /** [count, rows, columns] bytes, as the model saw them. */
  readonly pixels: Uint8Array;
  /** [count, classes]. */
  readonly logits: Float32Array;
  /** [count, classes]. */
  readonly probabilities: Float32Array;
  /** [count] indices of the predicted classes. */
  readonly best: readonly number[];
  /** [images of the request]: whether the service inverted it. */
  readonly inverted: readonly boolean[];
  /** [images of the request] label values, where the client sent them. */
  readonly labels: Uint8Array | undefined;
}

/** A part that was answered, for those who follow the traffic. */
export interface PredictionEvent extends Omit<PredictedPart, 'logits'> {
  /** Milliseconds since the request came in. */
  readonly milliseconds: number;
  /** True for predictions of a shadow model, which no client was given. */
  readonly shadow?: boolean;
}
