/** Prediction events: one served request with its predictions, as the log, the metrics and the traffic split see it. */

import type { ClassList } from '../idx/classes.js';

/** What was predicted in one request, for whoever wants to know: the prediction log, shadows, metrics. */
export interface PredictionEvent {
  readonly id: string;
  readonly model: string;
  readonly version: string;
  readonly start: number;
  readonly count: number;
  readonly rows: number;
  readonly columns: number;
  readonly classes: ClassList;
  /** count × rows × columns, as the model saw them. */
  readonly pixels: Uint8Array;
  /** count × classes. */
  readonly probabilities: Float32Array;
  /** Index of the predicted class, per image. */
  readonly best: readonly number[];
  readonly inverted: readonly boolean[];
  readonly labels: Uint8Array | undefined;
  /** Milliseconds since the request came in. */
  readonly milliseconds: number;
  /** True of what a model was asked in the shadow of another. */
  readonly shadow?: boolean;
}
