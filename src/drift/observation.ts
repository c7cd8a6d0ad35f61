/** One image as drift sees it: numbers by name, what was predicted, what was true. */

import type { ByteImage } from '../image/corruptions/corruption.js';

export interface Observation {
  /** Numbers of the image or the prediction; a name missing here is no error. */
  readonly features: readonly (readonly [name: string, value: number])[];
  readonly prediction?: number | undefined;
  /** The probability of the prediction, 0 to 1. */
  readonly confidence?: number | undefined;
  readonly label?: number | undefined;
  readonly embedding?: readonly number[] | undefined;
  /** Where it is there and was asked for; valid until the next row is. */
  readonly image?: ByteImage | undefined;
  /** A label that came after its image: it judges a prediction that was a row before, and is no row itself. */
  readonly late?: boolean;
  /** Milliseconds since 1970. */
  readonly time?: number | undefined;
}

/** Names of features that are shares near 1, kept by what they lack, where numbers are finest. */
export const complemented: ReadonlySet<string> = new Set(['confidence', 'margin']);
