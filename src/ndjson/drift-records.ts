/** Records of sketches and of drift tests, as fmnist-drift writes them (see fmnist-records(5)). */

import type { AnyRecord } from './records.js';

/** Opens a sketch: the counts of a reference or a window. Lists of counts go with lists of labels. */
export interface SketchRecord extends AnyRecord {
  readonly type: 'sketch';
  readonly format: number;
  readonly rows: number;
  /** Copies that were not counted again; absent where there are none. */
  readonly copies?: number;
  readonly judged: number;
  readonly right: number;
  readonly predictions: { readonly labels: readonly number[]; readonly counts: readonly number[] };
  readonly labels: { readonly labels: readonly number[]; readonly counts: readonly number[] };
  /** The classes, where they are known. */
  readonly classes?: { readonly names: readonly string[]; readonly labels: readonly number[] };
  readonly models: readonly string[];
  /** Rows by what they measure; sketches of before 0.2 do not say it. */
  readonly kinds?: { readonly kinds: readonly string[]; readonly counts: readonly number[] };
  /** Which rows have a prediction, and an embedding. */
  readonly measured?: { readonly prediction: MeasuredRows; readonly embedding: MeasuredRows };
  /** Milliseconds since 1970. */
  readonly firstTime?: number;
  readonly lastTime?: number;
}

/** [kinds] rows of the kinds that measure something, and how many of them have no value of it. */
export interface MeasuredRows {
  readonly kinds: readonly string[];
  readonly rows: readonly number[];
  readonly missing: readonly number[];
}

/** The numbers of one feature, on the fixed grid. */
export interface SketchFeatureRecord extends AnyRecord {
  readonly type: 'sketch-feature';
  readonly name: string;
  /** Absent: all rows; `judged`: confidences of the labelled rows; `right`: of the correctly predicted ones. */
  readonly of?: 'judged' | 'right';
  /** True where 1 − value is what the grid holds. */
  readonly complement?: boolean;
  /** Which rows have a number. */
  readonly measured?: MeasuredRows;
  readonly count: number;
  readonly min?: number;
  readonly max?: number;
  /** The first filled bin, then from each to the next. */
  readonly gaps: readonly number[];
  readonly counts: readonly number[];
}

/** One vector of the sample. */
export interface SketchEmbeddingRecord extends AnyRecord {
  readonly type: 'sketch-embedding';
  readonly vector: readonly number[];
}

/** The verdict on a window, or on all there was. */
export interface DriftRecord extends AnyRecord {
  readonly type: 'drift';
  readonly drift: boolean;
  /** In windows: the number of this one, from 1, and whether it raises an alarm or is within one. */
  readonly window?: number;
  readonly alarm?: boolean;
  /** In windows: the rows it holds, by their number in the log, from 1. */
  readonly firstRow?: number;
  readonly lastRow?: number;
  readonly firstTime?: string;
  readonly lastTime?: string;
  /** True of a last window that is not full. */
  readonly partial?: boolean;
  /** True where there are too few rows to test. */
  readonly tooFew?: boolean;
  readonly rows: number;
  /** Copies of images that are among the rows, and were not counted again; absent where there are none. */
  readonly copies?: number;
  readonly referenceRows: number;
  readonly tests: number;
  readonly drifted: number;
  readonly alpha: number;
  readonly correction: string;
  readonly share?: number;
  readonly accuracy?: number;
  readonly referenceAccuracy?: number;
  readonly estimatedAccuracy?: number;
  readonly estimatedAccuracyLow?: number;
  readonly estimatedAccuracyHigh?: number;
  /** Features that cannot be compared. */
  readonly onlyReference?: readonly string[];
  readonly onlyWindow?: readonly string[];
}

/** Result of one drift test, with effect sizes beside its p-value. */
export interface DriftTestFields {
  readonly name: string;
  readonly kind: string;
  readonly test: string;
  readonly statistic: number;
  readonly p: number;
  readonly rows: number;
  readonly referenceRows: number;
  readonly psi?: number;
  readonly psiThreshold?: number;
  readonly jensenShannon?: number;
  readonly wasserstein?: number;
  /** Wasserstein distance by the reference's standard deviation. */
  readonly wassersteinScaled?: number;
  readonly median?: number;
  readonly referenceMedian?: number;
  readonly mean?: number;
  readonly referenceMean?: number;
  /** Of a test for missing values: rows without one. */
  readonly missing?: number;
  readonly referenceMissing?: number;
  /** Counts of both sides, in bins or by class. */
  readonly bins?: AnyBins;
  readonly classes?: AnyClasses;
}

/** One test behind a verdict. */
export interface DriftTestRecord extends AnyRecord, DriftTestFields {
  readonly type: 'drift-test';
  readonly window?: number;
  readonly drift: boolean;
  readonly adjusted: number;
  readonly psiCustom?: 'stable' | 'moderate' | 'large';
}

interface AnyBins {
  readonly edges: readonly number[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

interface AnyClasses {
  readonly labels: readonly number[];
  readonly reference: readonly number[];
  readonly current: readonly number[];
}
