/** What an image is like, in numbers (see fmnist-records(5)). */

import type { AnyRecord } from './records.js';

/** The features of one image; what is undefined for it is left out. Definitions: fmnist-features(1). */
export interface FeaturesRecord extends AnyRecord {
  readonly type: 'features';
  /** Position in the stream, or in its request. */
  readonly index: number;
  /** Of a service's log: the request, and when it was answered. */
  readonly id?: string;
  readonly time?: string;
  /** The true label value, where it is known. */
  readonly label?: number;
  /** What a model made of the image: label value, its probability, and how far it is ahead of the next. */
  readonly prediction?: number;
  readonly confidence?: number;
  readonly margin?: number;
  readonly brightness?: number;
  readonly contrast?: number;
  readonly sharpness?: number;
  readonly edges?: number;
  readonly entropy?: number;
  readonly symmetry?: number;
  readonly coverage?: number;
  readonly boxTop?: number;
  readonly boxLeft?: number;
  readonly boxHeight?: number;
  readonly boxWidth?: number;
  readonly centreRow?: number;
  readonly centreColumn?: number;
  readonly orientation?: number;
  readonly elongation?: number;
  /** What the model's last dense layer was given. */
  readonly embedding?: Float32Array;
}
