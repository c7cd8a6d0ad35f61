/** The records of statistics over a set of images (see fmnist-records(5)). */

import type { Normalization } from '../idx/normalization.js';
import type { AnyRecord } from './records.js';

/** Statistics over all images; those that the data leave undefined are absent. */
export interface StatisticsRecord extends AnyRecord {
  readonly type: 'statistics';
  readonly images: number;
  readonly rows: number;
  readonly columns: number;
  readonly pixelType: 'u8' | 'f32';
  readonly normalization?: Normalization;
  readonly dataset?: string;
  readonly split?: string;
  readonly synthetic?: boolean;
  /** Of all pixels, in their own units. */
  readonly mean?: number;
  readonly deviation?: number;
  readonly min?: number;
  readonly max?: number;
  /** Classes there should be, and those of them without images. */
  readonly classes?: number;
  readonly emptyClasses?: number;
  readonly imbalance?: number;
  readonly evenness?: number;
  readonly blank: number;
  readonly nearConstant: number;
  readonly duplicates?: number;
  readonly duplicateGroups?: number;
  readonly largestGroup?: number;
  readonly conflictingGroups?: number;
  readonly unknownLabels?: number;
}

/** Statistics of one class, without its mean image. */
export interface ClassFields {
  readonly label: number;
  readonly name?: string;
  /** Whether the set's annotation names the label; true where it names none. */
  readonly known: boolean;
  readonly count: number;
  /** Of all images. */
  readonly share: number;
  /** Mean and standard deviation of its pixels; absent without images. */
  readonly mean?: number;
  readonly deviation?: number;
}

export interface ClassStatisticsRecord extends AnyRecord, ClassFields {
  readonly type: 'class-statistics';
}

export interface PixelHistogramRecord extends AnyRecord {
  readonly type: 'pixel-histogram';
  /** Ascending; one more than there are counts. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** Quantiles of a distribution, with its ends. */
export interface Quantiles {
  readonly min: number;
  readonly p01: number;
  readonly p05: number;
  readonly p25: number;
  readonly p50: number;
  readonly p75: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Quantiles of a property of single images over the set. */
export interface SpreadRecord extends AnyRecord, Quantiles {
  readonly type: 'spread';
  readonly of: 'brightness' | 'contrast';
}

export interface MeanImageRecord extends AnyRecord {
  readonly type: 'mean-image';
  /** Of the images of one class; absent for that of all images. */
  readonly label?: number;
  readonly rows: number;
  readonly columns: number;
  /** In row-major order. */
  readonly pixels: readonly number[];
}

export interface DeviationImageRecord extends AnyRecord {
  readonly type: 'deviation-image';
  readonly rows: number;
  readonly columns: number;
  readonly pixels: readonly number[];
}

/** One image that stands out. */
export interface FindingRecord extends AnyRecord {
  readonly type: 'finding';
  readonly finding: 'blank' | 'near-constant' | 'duplicate' | 'unknown-label';
  /** Position in the stream, from 0. */
  readonly index: number;
  readonly label?: number;
  /** Of a duplicate: the first image that is the same, and its label. */
  readonly of?: number;
  readonly ofLabel?: number;
}

/** A rule that the set does not keep. */
export interface RuleRecord extends AnyRecord {
  readonly type: 'rule';
  readonly measure: string;
  /** What the rule is for, where it says. */
  readonly name?: string;
  readonly passed: boolean;
  /** What was found; absent where it is not known. */
  readonly value?: number | string | readonly number[];
  readonly min?: number;
  readonly max?: number;
  readonly is?: number | string | readonly number[];
  readonly in?: readonly number[];
  /** The rule and what was found, as a sentence. */
  readonly sentence: string;
  /** Labels of the classes at fault. */
  readonly labels?: readonly number[];
  /** Images at fault: how many, and the positions of the first. */
  readonly count?: number;
  readonly rows?: readonly number[];
}
