/** One image as drift sees it: numbers by name, what was predicted, what was true. */

import type { ByteImage } from '../image/corruptions/corruption.js';
import type { RowKind } from './presence.js';

/** A prediction of a log that feedback may judge, and judge anew. */
export interface Judgement {
  readonly prediction: number;
  readonly confidence: number | undefined;
  /** The last label that was counted. */
  label: number | undefined;
  /** Of a copy of another image: that one's, which is labelled in its place. */
  copyOf?: Judgement | undefined;
  /** Sketch that counts it, set where the observation is added. */
  countedBy?: Relabelling | undefined;
}

/** A sketch in which a judgement can be changed. */
export interface Relabelling {
  /** True once its window was reported: it changes no more. */
  readonly closed: boolean;
  relabel(judgement: Judgement, label: number): void;
}

export interface Observation {
  /** What rows of its kind measure. */
  readonly kind: RowKind;
  /** Numbers of the image or the prediction; one that its kind measures and that is not here is missing. */
  readonly features: readonly (readonly [name: string, value: number])[];
  /** Features that the record names without a number, such as null: measured, and missing. */
  readonly blanks?: readonly string[] | undefined;
  readonly prediction?: number | undefined;
  /** The probability of the prediction, 0 to 1. */
  readonly confidence?: number | undefined;
  readonly label?: number | undefined;
  readonly embedding?: readonly number[] | undefined;
  /** Where it is there and was asked for; valid until the next row is. */
  readonly image?: ByteImage | undefined;
  /** A label that came after its image: it judges a prediction that was a row before, and is no row itself. */
  readonly late?: boolean;
  /** Fingerprint of the image's pixels, where they are known (see image/copies.ts). */
  readonly print?: number | undefined;
  /** True of a copy of an image before, where its record says so. */
  readonly isCopy?: boolean;
  /** Of a prediction of a log: what labels told later are held against. */
  readonly judgement?: Judgement | undefined;
  /** Milliseconds since 1970. */
  readonly time?: number | undefined;
}

/** Names of features that are shares near 1, kept by what they lack, where numbers are finest. */
export const complemented: ReadonlySet<string> = new Set(['confidence', 'margin']);
