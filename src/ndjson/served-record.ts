/**
 * Record of a served image: its prediction, and its features where they were measured (see
 * fmnist-records(5)).
 */

import type { FeatureFields } from './features-record.js';
import type { AnyRecord } from './records.js';

export interface ServedRecord extends AnyRecord, FeatureFields {
  readonly type: 'served';
  /** When it was answered: ISO 8601, UTC. */
  readonly time: string;
  /** The request, and the position of the image in it. */
  readonly id: string;
  readonly index: number;
  /** The model's name in the service, and the beginning of its file's SHA-256. */
  readonly model: string;
  readonly version: string;
  /** The predicted label, and its probability. */
  readonly prediction: number;
  readonly confidence: number;
  /** The difference of the two largest probabilities. */
  readonly margin?: number;
  /** Mean and standard deviation of the image's pixels, 0–255, as the model saw them. */
  readonly brightness: number;
  readonly contrast: number;
  /** Fingerprint of the pixels, 14 hexadecimal digits: copies have the same. */
  readonly fingerprint?: string;
  /** Milliseconds from the request to its response. */
  readonly ms: number;
  /** The true label, where the sender gave it. */
  readonly label?: number;
  readonly inverted?: boolean;
  /** Prediction of a shadow model, which no client was given. */
  readonly shadow?: boolean;
  /** Of a share of the images: the pixels, base64 of rows × columns bytes. */
  readonly image?: string;
  readonly rows?: number;
  readonly columns?: number;
}
