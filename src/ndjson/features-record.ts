/** Image features as a record (see fmnist-records(5)), and their fields, which the records of a service's log carry too. */

import type { AnyRecord } from './records.js';

/** Features of one image; those that are undefined for it are left out. Definitions: fmnist-features(1). */
export interface FeatureFields {
  /** Mean and population standard deviation of the pixels, 0 to 255. */
  readonly brightness?: number;
  readonly contrast?: number;
  /** Population standard deviation of the Laplacian (four neighbours less four times the pixel), 0 to 1,020: falls with blur, rises with noise. */
  readonly sharpness?: number;
  /** Share of the pixels where the gradient, by Sobel's operator in values a pixel, is 32 or more. */
  readonly edges?: number;
  /** Of the values, in bits. */
  readonly entropy?: number;
  /** Correlation with the mirror image. */
  readonly symmetry?: number;
  /** Share of the pixels of 32 and more: those of the object, on a black ground. */
  readonly coverage?: number;
  /** The smallest box around those, as shares of rows and columns; absent where there are none. */
  readonly boxTop?: number;
  readonly boxLeft?: number;
  readonly boxHeight?: number;
  readonly boxWidth?: number;
  /** Centre of mass, values being masses: 0 is the upper (left) edge, 1 the lower (right) one. Absent, as all below, where all is black. */
  readonly centreRow?: number;
  readonly centreColumn?: number;
  /** Direction of the axis about which mass is spread least, in degrees against the clock from the horizontal, above −90 to 90; absent where no direction is better than another. */
  readonly orientation?: number;
  /** 1 − the ratio of the spreads across and along that axis: 0 is round, 1 a line; absent for a single point. */
  readonly elongation?: number;
}

/** The features of one image of a stream or of a service's log. */
export interface FeaturesRecord extends AnyRecord, FeatureFields {
  readonly type: 'features';
  /** Position in the stream, or in its request. */
  readonly index: number;
  /** Of a service's log: the request, and when it was answered. */
  readonly id?: string;
  readonly time?: string;
  /** The true label value, where it is known. */
  readonly label?: number;
  /** Prediction of a model: label value, confidence, and margin to the next class. */
  readonly prediction?: number;
  readonly confidence?: number;
  readonly margin?: number;
  /** [width] inputs of the model's last dense layer. */
  readonly embedding?: Float32Array;
}
