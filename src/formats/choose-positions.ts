/** The images chosen of a collection: by class, range, sample and shuffle. */

import { OperationalError, withSource } from '../core/errors.js';
import { classesOf, findLabel } from '../idx/classes.js';
import { type Selection, selectPositions } from '../image/selection.js';
import type { Key } from '../random/key.js';
import type { Collection } from './collection.js';

export interface Choice {
  /** Names or labels of the classes wanted; all where there are none. */
  readonly classes: readonly string[];
  /** The key of a random choice, by its purpose. */
  readonly keyOf: (purpose: string) => Key;
}

/**
 * The positions wanted, in the order wanted; undefined for all, as they come. firsts: [images] where copies are left out.
 * OperationalError where labels are needed and not there, or a class is unknown.
 */
export function choosePositions(
  { annotation, images, labels }: Collection,
  selection: Selection,
  firsts: Uint32Array | undefined,
  source: string,
  { classes, keyOf }: Choice,
): Uint32Array | undefined {
  const needing = classes.length > 0 ? '--class' : selection.stratify ? '--stratify' : '';
  if (needing && !labels)
    throw new OperationalError(source, `has no labels; ${needing} needs them`);
  const wanted = classes.map((word) => findLabel(classesOf(annotation), word, source));
  const chosen = { ...selection, labels: wanted.length > 0 ? new Set(wanted) : undefined, firsts };
  return withSource(source, () => selectPositions(images.count, labels, chosen, keyOf));
}
