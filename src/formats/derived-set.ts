/** The set that comes out: the images chosen of a collection, their classes, and the annotation that says so. */

import { OperationalError } from '../core/errors.js';
import { type Annotation, annotate, type HistoryRecord } from '../idx/annotation.js';
import { type ClassList, classesOf, classFields, numberedClasses } from '../idx/classes.js';
import type { Collection } from './collection.js';
import type { OutputSet } from './writer.js';

export interface Derivation {
  readonly record: HistoryRecord;
  /** No annotation, for foreign readers. */
  readonly bare: boolean;
  /** Classes in place of those that the collection names. */
  readonly classes: ClassList | undefined;
  /** The classes are those that occur: labels between them that none has are no classes. */
  readonly closeGaps: boolean;
  /** Rows become columns. */
  readonly transpose: boolean;
}

/** order: [images] positions in the order wanted; undefined for all, as they come. OperationalError for labels that are none of the classes given. */
export function derivedSet(
  { annotation, images, labels, parts, read }: Collection,
  order: Uint32Array | undefined,
  source: string,
  { record, bare, classes, closeGaps, transpose }: Derivation,
): OutputSet {
  const { rows, columns } = images;
  const chosen = labels && order ? Uint8Array.from(order, (at) => labels[at]!) : labels;
  if (classes && labels) checkLabels(labels, classes, source);
  const named = classes ?? classesOf(annotation);
  const own = closeGaps ? occurring(labels, named, source) : classes;
  const base = own && annotation ? withoutLabels(annotation) : annotation;
  const whole = {
    ...record,
    ...(read.length > 0 && { read }),
    ...(parts && { joined: parts }),
  };
  return {
    images: {
      ...images,
      ...(transpose ? { rows: columns, columns: rows } : {}),
      count: order?.length ?? images.count,
    },
    labels: chosen,
    annotation: bare ? undefined : annotate(base, whole, own ? classFields(own) : {}),
  };
}

/** The label values go with the names that are replaced. */
function withoutLabels({ labels: _, ...rest }: Annotation): Annotation {
  return rest;
}

function checkLabels(labels: Uint8Array, classes: ClassList, source: string): void {
  const odd = labels.findIndex((label) => !classes.labels.includes(label));
  if (odd >= 0)
    throw new OperationalError(
      source,
      `image ${odd} has label ${labels[odd]}, which is none of the ${classes.names.length} classes given; one of ${classes.labels.join(', ')} was expected`,
    );
}

/** Classes of the labels that occur, by their names or their numbers. */
function occurring(
  labels: Uint8Array | undefined,
  named: ClassList | undefined,
  source: string,
): ClassList {
  if (!labels) throw new OperationalError(source, 'has no labels; --close-gaps needs them');
  const there = [...new Set(labels)].sort((a, b) => a - b);
  const { names, labels: known } = named ?? numberedClasses(there.at(-1) ?? 0);
  return { labels: there, names: there.map((label) => names[known.indexOf(label)] ?? `${label}`) };
}
