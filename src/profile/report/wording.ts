/** Statistics in words, the same in every format. */

import { describeNormalization } from '../../idx/normalization.js';
import { grouped, percent } from '../../picture/numbers.js';
import { printable } from '../../picture/printable.js';
import type { ClassSummary, Summary } from '../summary.js';

/** `fashion-mnist train`; generated images are always called so. */
export function setName({ facts: { dataset, split, synthetic } }: Summary): string {
  const name = [dataset, split].filter(Boolean).join(' ') || 'unnamed images';
  return printable(synthetic ? `${name} (synthetic)` : name);
}

/** `60,000 images of 28 × 28 pixels, u8, 10 classes`. */
export function setSize({ images, facts: { shape }, balance }: Summary): string {
  const { pixelType, rows, columns, normalization, labelled } = shape;
  const how = normalization ? `: ${describeNormalization(normalization)}` : '';
  const classes = balance
    ? `, ${balance.classes} class${balance.classes === 1 ? '' : 'es'}`
    : labelled
      ? ''
      : ', no labels';
  return `${many(images, 'image')} of ${rows} × ${columns} pixels${classes}, ${pixelType}${how}`;
}

/** The class's name, or its label where it has none. */
export function className({ name, label, known }: ClassSummary): string {
  const words = name === undefined ? `label ${label}` : printable(name);
  return known ? words : `${words} (unknown)`;
}

/** Sentence on the balance of the classes; undefined without classes. */
export function balanceWords({ balance, images }: Summary): string | undefined {
  if (!balance || images === 0) return undefined;
  const { classes, emptyClasses, ratio, evenness } = balance;
  if (emptyClasses > 0)
    return `${emptyClasses} of ${classes} classes ${emptyClasses === 1 ? 'has' : 'have'} no images`;
  if (ratio === 1 || ratio === undefined) return 'every class has as many images';
  return `the largest class has ${grouped(ratio, 2)} × the images of the smallest; evenness ${evenness.toFixed(4)}`;
}

export interface Quality {
  readonly what: string;
  /** Undefined where it is not known. */
  readonly count: number | undefined;
  readonly detail: string;
}

/** Quality findings: possible faults of the images, each with its count and meaning. */
export function qualities(summary: Summary): Quality[] {
  const { blank, nearConstant, duplicates: d, unknownLabels } = summary;
  const first = (rows: readonly number[] | undefined) =>
    rows && rows.length > 0
      ? `first at ${rows
          .slice(0, 5)
          .map((row) => grouped(row))
          .join(', ')}`
      : '';
  const groups = d?.groups
    ? `${many(d.groups, 'image')} ${d.groups === 1 ? 'comes' : 'come'} more than once, up to ${d.largest} times${d.conflicting ? `; ${d.conflicting} under different labels` : ''}; ${first(d.rows.map(({ index }) => index))}`
    : '';
  return [
    { what: 'blank', count: blank.count, detail: first(blank.rows) },
    { what: 'nearly constant', count: nearConstant.count, detail: first(nearConstant.rows) },
    { what: 'duplicates', count: d?.images, detail: d ? groups : 'too many images to remember' },
    ...(unknownLabels
      ? [{ what: 'unknown labels', count: unknownLabels.count, detail: first(unknownLabels.rows) }]
      : []),
  ];
}

/** 255, 72.94, 0.0133, 1.2e-9: about four digits. */
export function figureWords(value: number | undefined): string {
  if (value === undefined) return '–';
  const size = Math.abs(value);
  if (size >= 1000 || Number.isInteger(value)) return grouped(value);
  if (size >= 1) return value.toFixed(size >= 10 ? 2 : 3);
  return size >= 0.001 ? value.toFixed(4) : value.toExponential(1);
}

/** `1 image`, `60,000 images`. */
export function many(count: number, what: string): string {
  return `${grouped(count)} ${what}${count === 1 ? '' : 's'}`;
}

export const shareWords = (share: number) => percent(share, share > 0 && share < 0.01 ? 2 : 1);

/** A figure of pixels as a grey from black (0) to white (255), by the range that the set's pixels may have. */
export function greyScale(summary: Summary): (value: number) => number {
  const { pixelType, normalization } = summary.facts.shape;
  const { min = 0, max = 1 } = summary.pixels ?? {};
  if (pixelType === 'u8') return (value) => value;
  if (normalization?.per === 'dataset') {
    const [mean = 0, deviation = 1] = [normalization.mean[0], normalization.deviation[0]];
    return (value) => value * deviation + mean;
  }
  return (value) => ((value - min) / (max - min || 1)) * 255;
}
