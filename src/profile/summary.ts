/**
 * Summary of a set once all its images are counted: the values that every view and every rule
 * draws on.
 */

import { numberedClasses } from '../idx/classes.js';
import type { ClassFields, Quantiles } from '../ndjson/statistics-records.js';
import type { Duplicates } from './image-list.js';
import { type PixelHistogram, unlabelled } from './pixel-sums.js';
import type { Profiler, Rows } from './profiler.js';
import type { SetMetadata } from './set-facts.js';
import type { Sketch } from './sketch.js';

/** Summary of one class. */
export interface ClassSummary extends ClassFields {
  /** [rows, columns]. */
  readonly meanImage?: Float64Array;
}

/** Balance of the classes (those the annotation names, or those there are). */
export interface Balance {
  readonly classes: number;
  readonly emptyClasses: number;
  /** Largest class divided by smallest; absent while a class is empty. */
  readonly ratio?: number;
  /** Shannon entropy of the shares, divided by its maximum: 1 for equal classes, 0 for one class alone. */
  readonly evenness: number;
}

/** Images of one kind: how many, and the positions of the first 1000. */
export interface Found {
  readonly count: number;
  readonly rows: readonly number[];
}

/** Figures of the pixels; there are none without images. */
export interface PixelSummary {
  readonly mean: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  readonly histogram: PixelHistogram;
  /** [rows, columns]. */
  readonly meanImage: Float64Array;
  /** [rows, columns] standard deviations. */
  readonly deviationImage?: Float64Array;
  /** Of the means and of the deviations of single images. */
  readonly brightness: Quantiles;
  readonly contrast: Quantiles;
}

export interface Summary {
  readonly facts: SetMetadata;
  readonly images: number;
  readonly pixels?: PixelSummary;
  /** Empty for a set without labels. */
  readonly classes: readonly ClassSummary[];
  readonly balance?: Balance;
  readonly blank: Found;
  readonly nearConstant: Found;
  /** Labels that the annotation does not name; absent where it names none, or there are no labels. */
  readonly unknownLabels?: Found;
  /** Absent for more images than are remembered. */
  readonly duplicates?: Duplicates;
  /** The label of an image, as long as images are remembered. */
  readonly labelOf: (row: number) => number | undefined;
  /** Images by label, the positions of the first 1000. */
  readonly withLabels: (wanted: (label: number) => boolean) => Found;
}

/** Sums up. */
export function summarize(tally: Profiler, facts: SetMetadata): Summary {
  const { images, list } = tally;
  const { labelled } = facts.shape;
  const classes = labelled ? classSummaries(tally, facts) : [];
  const unknown = new Set(classes.filter(({ known }) => !known).map(({ label }) => label));
  const duplicates = list.duplicates();
  const withLabels = (wanted: (label: number) => boolean): Found => ({
    count: classes.reduce((sum, { label, count }) => sum + (wanted(label) ? count : 0), 0),
    rows: labelled ? list.withLabels(wanted) : [],
  });
  return {
    facts,
    images,
    ...(images > 0 ? { pixels: pixelSummary(tally) } : {}),
    classes,
    ...(classes.length > 0 ? { balance: balanceOf(classes.filter(({ known }) => known)) } : {}),
    blank: found(tally.blank),
    nearConstant: found(tally.nearConstant),
    ...(labelled && facts.classes
      ? { unknownLabels: withLabels((label) => unknown.has(label)) }
      : {}),
    ...(duplicates ? { duplicates } : {}),
    labelOf: (row) => (labelled && list.complete ? list.label(row) : undefined),
    withLabels,
  };
}

function classSummaries(tally: Profiler, { classes }: SetMetadata): ClassSummary[] {
  const seen = new Map(tally.sums.classes().map((sums) => [sums.label, sums]));
  // Where nothing names them, the classes are those that training takes them for: 0 to the largest.
  const meant =
    classes ??
    numberedClasses(Math.max(-1, ...[...seen.keys()].filter((label) => label !== unlabelled)));
  const labels = new Set([...meant.labels, ...seen.keys()]);
  labels.delete(unlabelled);
  return [...labels]
    .sort((a, b) => a - b)
    .map((label) => {
      const name = classes?.names[classes.labels.indexOf(label)];
      const sums = seen.get(label);
      return {
        label,
        ...(name === undefined ? {} : { name }),
        known: !classes || name !== undefined,
        count: sums?.count ?? 0,
        share: tally.images > 0 ? (sums?.count ?? 0) / tally.images : 0,
        ...(sums ? { ...sums.moments, meanImage: sums.meanImage } : {}),
      };
    });
}

function pixelSummary(tally: Profiler): PixelSummary {
  return {
    ...tally.sums.overall(),
    histogram: tally.sums.histogram(),
    brightness: spreadOf(tally.brightness),
    contrast: spreadOf(tally.contrast),
  };
}

function spreadOf(sketch: Sketch): Quantiles {
  const names = ['min', 'p01', 'p05', 'p25', 'p50', 'p75', 'p95', 'p99', 'max'] as const;
  const shares = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1];
  const values = sketch.quantiles(shares);
  return Object.fromEntries(names.map((name, i) => [name, values[i]])) as unknown as Quantiles;
}

/** The balance of classes that are meant to be there. */
export function balanceOf(classes: readonly Pick<ClassSummary, 'count'>[]): Balance {
  const counts = classes.map(({ count }) => count);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const filled = counts.filter((count) => count > 0);
  const entropy = filled.reduce((sum, count) => sum - (count / total) * Math.log(count / total), 0);
  const [smallest, largest] = [Math.min(...counts), Math.max(...counts)];
  const evenness = filled.length > 1 ? entropy / Math.log(counts.length) : 0;
  return {
    classes: counts.length,
    emptyClasses: counts.length - filled.length,
    ...(smallest > 0 ? { ratio: largest / smallest } : {}),
    // Equal classes are 1 and not 0.9999999999999998.
    evenness: smallest === largest ? 1 : evenness,
  };
}

const found = ({ count, rows }: Rows): Found => ({ count, rows });
