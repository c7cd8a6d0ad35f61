/** A choice of images of a set, each with its class and, where there are predictions, what a model made of it. */

import { basename } from 'node:path';
import { OperationalError } from '../core/errors.js';
import { type ClassList, classesOf, numberedClasses } from '../idx/classes.js';
import type { LabelledSet } from '../idx/set-reader.js';
import type { ByteReader } from '../io/byte-reader.js';
import { grouped } from './numbers.js';
import { PredictionTable } from './prediction-table.js';
import { printable } from './printable.js';
import { firstImages, imagesAt, type ShownImage } from './shown-images.js';

export interface GalleryOptions {
  readonly count: number;
  readonly from: number;
  /** Names or label values; empty: all. */
  readonly classes: readonly string[];
  readonly predictions: ByteReader | undefined;
  /** Only mistakes, most confident first. */
  readonly errors: boolean;
}

export interface Exhibit extends ShownImage {
  /** The class's name, where the label is known. */
  readonly truth: string | undefined;
  readonly prediction:
    | { readonly name: string; readonly confidence: number; readonly right: boolean | undefined }
    | undefined;
}

export interface Gallery {
  readonly title: string;
  /** What is shown of what, in a line. */
  readonly subtitle: string;
  readonly predicted: boolean;
  /** Once, in order. */
  readonly exhibits: AsyncIterable<Exhibit>;
}

/** Reads the predictions, if any, and settles what is shown. The set's images are read as the exhibits are asked for. */
export async function openGallery(set: LabelledSet, options: GalleryOptions): Promise<Gallery> {
  const { count, from, errors } = options;
  const table = options.predictions && (await PredictionTable.read(options.predictions, set));
  const classes = classesOf(set.annotation) ?? table?.classes ?? numbered(set);
  const chosen = chooseClasses(set, classes, options.classes, table !== undefined);
  const labelOf = (index: number) => set.labels?.[index] ?? table?.at(index)?.truth;
  const wanted = (index: number) => {
    if (index < from) return false;
    const label = chosen && labelOf(index);
    return !chosen || (label !== undefined && chosen.has(label));
  };
  const nameOf = (label: number) =>
    printable(classes.names[classes.labels.indexOf(label)] ?? String(label));
  const exhibit = (shown: ShownImage): Exhibit => {
    const label = labelOf(shown.index);
    const found = table?.at(shown.index);
    const right = label === undefined || !found ? undefined : found.label === label;
    return {
      ...shown,
      truth: label === undefined ? undefined : nameOf(label),
      prediction: found && { name: nameOf(found.label), confidence: found.confidence, right },
    };
  };
  const worst = errors ? (table?.worst(count, wanted) ?? []) : undefined;
  return {
    title: errors ? 'Most confident mistakes' : (sourceName(set) ?? 'Images'),
    subtitle: describe(set, table, worst, [...(chosen ?? [])].map(nameOf)),
    predicted: table !== undefined,
    exhibits: mapped(worst ? of(imagesAt(set, worst)) : firstImages(set, count, wanted), exhibit),
  };
}

function numbered(set: LabelledSet): ClassList {
  return numberedClasses((set.labels ?? new Uint8Array()).reduce((a, b) => Math.max(a, b), 0));
}

/** The label values of the classes asked for, by name (in any case) or value; undefined for all. */
function chooseClasses(
  set: LabelledSet,
  classes: ClassList,
  asked: readonly string[],
  predicted: boolean,
): ReadonlySet<number> | undefined {
  if (asked.length === 0) return undefined;
  if (!set.labels && !predicted)
    throw new OperationalError(set.source, 'has no labels; --class needs them');
  const folded = classes.names.map((name) => name.toLowerCase());
  return new Set(
    asked.map((word) => {
      const byName = classes.labels[folded.indexOf(word.toLowerCase())];
      const byValue = classes.labels.find((label) => String(label) === word);
      const label = byName ?? byValue;
      if (label === undefined)
        throw new OperationalError(
          set.source,
          `has no class '${word}'; its classes are ${printable(classes.names.join(', '))}`,
        );
      return label;
    }),
  );
}

/** Name of a data set by its annotation, otherwise the name of its file. */
function sourceName({ annotation, source }: LabelledSet): string | undefined {
  const name = annotation?.dataset ?? (source === '-' ? undefined : basename(source));
  return name === undefined ? undefined : printable(name);
}

function describe(
  set: LabelledSet,
  table: PredictionTable | undefined,
  worst: readonly number[] | undefined,
  chosen: readonly string[],
): string {
  const { annotation, images } = set;
  const synthetic = annotation?.synthetic === true || table?.synthetic === true;
  return [
    worst ? (sourceName(set) ?? '') : '',
    annotation?.split ? `${printable(annotation.split)} split` : '',
    synthetic ? 'synthetic data' : '',
    chosen.length > 0 ? `only ${chosen.join(', ')}` : '',
    worst && table
      ? `${grouped(worst.length)} of ${grouped(table.mistakes)} mistakes in ${grouped(table.count)} predictions`
      : `${grouped(images.count)} images of ${images.rows} × ${images.columns}`,
  ]
    .filter(Boolean)
    .join(', ');
}

async function* of<T>(list: Promise<readonly T[]>): AsyncGenerator<T> {
  yield* await list;
}

async function* mapped<A, B>(items: AsyncIterable<A>, change: (item: A) => B): AsyncGenerator<B> {
  for await (const item of items) yield change(item);
}
