/** Class lists: label values and their names; neither ten nor from zero by assumption. */

import { OperationalError } from '../core/errors.js';
import { isByte, shown } from '../core/json.js';
import type { Annotation } from './annotation.js';

export interface ClassList {
  /** One name a class. */
  readonly names: readonly string[];
  /** The label value of each class, ascending; index in this list = the model's output index. */
  readonly labels: readonly number[];
}

/** The classes an annotation names, or undefined where it names none. */
export function classesOf(annotation: Annotation | undefined): ClassList | undefined {
  const names = annotation?.classes;
  if (!names) return undefined;
  return { names, labels: annotation.labels ?? names.map((_, i) => i) };
}

/** Classes for labels that nothing names: 0 to the largest, each called by its number. */
export function numberedClasses(largest: number): ClassList {
  const labels = Array.from({ length: largest + 1 }, (_, i) => i);
  return { names: labels.map(String), labels };
}

/**
 * Fault of a value that should be a class list, in words to stand behind its name; undefined for
 * a sound one.
 */
export function classListFault(value: unknown): string | undefined {
  const { names, labels } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(names) || names.length === 0 || !names.every((n) => typeof n === 'string'))
    return `has ${names === undefined ? 'no names' : `the names ${shown(names)}`}; a list of names was expected`;
  if (!Array.isArray(labels) || labels.length !== names.length)
    return `has ${labels === undefined ? 'no labels' : `the labels ${shown(labels)}`}; one for each of ${names.length} names was expected`;
  const ascending = labels.every((label, i) => isByte(label) && (i === 0 || label > labels[i - 1]));
  return ascending
    ? undefined
    : `has the labels ${shown(labels)}; ascending whole numbers from 0 to 255 were expected`;
}

/** A value that should be a class list, which may have more fields; a RangeError says what is wrong with `what`. */
export function classListFrom(value: unknown, what = 'classes'): ClassList {
  const fault = classListFault(value);
  if (fault) throw new RangeError(`${what} ${fault}`);
  const { names, labels } = value as ClassList;
  return { names, labels };
}

/** True if two lists name the same classes by the same labels. */
export function sameClasses(a: ClassList, b: ClassList): boolean {
  const same = (some: readonly unknown[], others: readonly unknown[]) =>
    some.length === others.length && some.every((value, i) => value === others[i]);
  return same(a.names, b.names) && same(a.labels, b.labels);
}

/** The annotation's fields for a class list; `labels` only where they are not 0, 1, 2, … */
export function classFields({ names, labels }: ClassList): Pick<Annotation, 'classes' | 'labels'> {
  return labels.every((label, i) => label === i) ? { classes: names } : { classes: names, labels };
}

/** A table of 256 entries, label value → class index, −1 for labels that are no class. */
export function indexOfLabel({ labels }: ClassList): Int16Array {
  const table = new Int16Array(256).fill(-1);
  for (const [i, label] of labels.entries()) table[label] = i;
  return table;
}

/** The label of the class that a person names, by its name or its label; an OperationalError where there is none. */
export function findLabel(classes: ClassList | undefined, word: string, source: string): number {
  const at = classes?.names.indexOf(word) ?? -1;
  if (at >= 0) return classes!.labels[at]!;
  if (/^\d{1,3}$/.test(word) && Number(word) <= 255) return Number(word);
  throw new OperationalError(
    source,
    classes
      ? `has no class '${word}'; it has ${classes.names.join(', ')}`
      : `does not name its classes; a label was expected in place of '${word}'`,
  );
}

/** A label that two class lists know by different names; a label called by its number is not named at all. */
export function classConflict(
  theirs: ClassList | undefined,
  ours: ClassList,
): { readonly label: number; readonly theirs: string; readonly ours: string } | undefined {
  for (const [i, label] of theirs?.labels.entries() ?? []) {
    const [their, our] = [theirs?.names[i], ours.names[ours.labels.indexOf(label)]];
    if (their === undefined || our === undefined || their === our) continue;
    if (their !== String(label) && our !== String(label))
      return { label, theirs: their, ours: our };
  }
  return undefined;
}
