/** Which labels there are and what they are called: neither ten nor from zero by assumption. */

import { TroubleError } from '../cli/errors.js';
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

/** The label of the class that a person names, by its name or its label; a TroubleError where there is none. */
export function findLabel(classes: ClassList | undefined, word: string, source: string): number {
  const at = classes?.names.indexOf(word) ?? -1;
  if (at >= 0) return classes?.labels[at] as number;
  if (/^\d{1,3}$/.test(word) && Number(word) <= 255) return Number(word);
  throw new TroubleError(
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
