/** Which labels there are and what they are called: neither ten nor from zero by assumption. */

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
