/** Joining of sets: the properties that they must share, and the annotation of the joined set. */

import { isDeepStrictEqual } from 'node:util';
import { OperationalError } from '../core/errors.js';
import { type Annotation, annotationVersion, type HistoryRecord } from './annotation.js';
import type { AssembledSet } from './assemble.js';
import { classesOf, sameClasses } from './classes.js';
import type { ImageShape } from './items.js';
import { describeNormalization, sameNormalization } from './normalization.js';
import { sharedHistory } from './shared-history.js';

type AnySet = Omit<AssembledSet<unknown>, 'store'>;

export interface JoinedSet {
  readonly annotation: Annotation | undefined;
  /** Of all sets together. */
  readonly images: ImageShape;
  /** [count] label values; undefined without labels. */
  readonly labels: Uint8Array | undefined;
  /** What each set was, where there are several: goes into the history. */
  readonly parts: HistoryRecord['joined'];
}

/**
 * Joins sets in their order. Sizes, types, normalisation and classes must be the same and all or none labelled;
 * the OperationalError names the set that differs. `sets` holds at least one.
 */
export function joinSets(sets: readonly AnySet[]): JoinedSet {
  const first = sets[0]!;
  for (const set of sets) requireAlike(set, first);
  checkClasses(sets);
  return {
    annotation: joinAnnotations(sets),
    images: { ...first.images, count: sets.reduce((sum, set) => sum + set.images.count, 0) },
    labels: first.labels && concatenate(sets.map((set) => set.labels!)),
    parts:
      sets.length > 1 ? sets.map(describePart(sharedHistory(historiesOf(sets)).length)) : undefined,
  };
}

/** Refuses a set whose images or labels are of another kind than those of the first. */
export function requireAlike(set: AnySet, first: AnySet): void {
  const difference = differs(set, first);
  if (!difference) return;
  const where = set.at ? ` (at byte ${set.at})` : '';
  throw new OperationalError(
    set.source,
    `${difference[0]}${where}; ${difference[1]}, as in ${named(first)}`,
  );
}

const named = ({ source }: AnySet) => (source === '-' ? 'standard input' : source);

/**
 * Property of a set that differs from the first's, and what was expected; undefined where they
 * agree.
 */
function differs(set: AnySet, first: AnySet): readonly [string, string] | undefined {
  const [a, b] = [set.images, first.images];
  if (a.rows !== b.rows || a.columns !== b.columns)
    return [`images of ${a.rows} × ${a.columns} pixels`, `${b.rows} × ${b.columns} were expected`];
  if (a.type !== b.type) return [`pixels of type ${a.type}`, `${b.type} was expected`];
  if (!set.labels !== !first.labels)
    return set.labels
      ? ['images with labels', 'images without were expected']
      : ['images without labels', 'labels were expected'];
  const [n, m] = [set.annotation?.normalization, first.annotation?.normalization];
  if (!sameNormalization(n, m)) return [contract(set), `${contract(first)} was expected`];
  return undefined;
}

/** Only bytes are raw without saying so. */
function contract({ annotation, images }: AnySet): string {
  const said = annotation?.normalization;
  return said || images.type === 'u8' ? describeNormalization(said) : 'an unknown normalisation';
}

/** Sets that name their classes must name them alike; those that do not must keep to the labels of those that do. */
function checkClasses(sets: readonly AnySet[]): void {
  const model = sets.find((set) => classesOf(set.annotation));
  const classes = classesOf(model?.annotation);
  if (!model || !classes || sets.length === 1) return;
  for (const set of sets) {
    const own = classesOf(set.annotation);
    if (own && !sameClasses(own, classes))
      throw new OperationalError(
        set.source,
        `classes ${own.names.join(', ')}; ${classes.names.join(', ')} were expected, as in ${named(model)}`,
      );
    const stray = own ? undefined : set.labels?.find((label) => !classes.labels.includes(label));
    if (stray !== undefined)
      throw new OperationalError(
        set.source,
        `label ${stray}, which is none of the classes of ${named(model)} (${classes.names.join(', ')})`,
      );
  }
}

/** Of one set: its own. Of several: the fields they agree on; classes of any; synthetic if one is. */
function joinAnnotations(sets: readonly AnySet[]): Annotation | undefined {
  const annotations = sets.map((set) => set.annotation);
  const first = annotations[0];
  if (sets.length === 1 || annotations.every((a) => a === undefined)) return first;
  const shared = Object.fromEntries(
    Object.entries(first ?? {}).filter(
      ([field, value]) =>
        field !== 'history' && annotations.every((a) => isDeepStrictEqual(a?.[field], value)),
    ),
  );
  const { classes, labels } = annotations.find((a) => a?.classes) ?? {};
  return {
    fmnist: annotationVersion,
    ...shared,
    ...(classes && { classes }),
    ...(labels && { labels }),
    ...(annotations.some((a) => a?.synthetic) && { synthetic: true }),
    history: sharedHistory(historiesOf(sets)),
  };
}

const historiesOf = (sets: readonly AnySet[]) =>
  sets.map(({ annotation }) => annotation?.history ?? []);

/** A set in a few words, with the part of its history that the others do not share. */
function describePart(shared: number) {
  return ({ annotation, images }: AnySet) => ({
    images: images.count,
    ...(annotation?.dataset !== undefined && { dataset: annotation.dataset }),
    ...(annotation?.split !== undefined && { split: annotation.split }),
    ...(annotation?.synthetic && { synthetic: true }),
    history: (annotation?.history ?? []).slice(shared),
  });
}

function concatenate(lists: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    out.set(list, at);
    at += list.length;
  }
  return out;
}
