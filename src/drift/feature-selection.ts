/** Selection of the features to test, checked against those of the reference. */

import { OperationalError } from '../core/errors.js';
import type { WindowSketch } from './window-sketch.js';

/** OperationalError for a name that the reference has nothing of, and that would be left out in silence. */
export function checkFeatures(
  asked: readonly string[] | undefined,
  reference: WindowSketch,
  name: string,
): void {
  const known = testable(reference);
  const unknown = asked?.find((feature) => !known.includes(feature));
  if (unknown !== undefined)
    throw new OperationalError(
      name,
      `has nothing called '${unknown}'; --features of ${known.join(', ')} were expected`,
    );
}

/** The names of what a reference can be held against: its features, then whatever else of it is tested. */
function testable(reference: WindowSketch): string[] {
  const { features, predictions, labels, embeddings, judged } = reference;
  return [
    ...[...features.keys()].sort(),
    ...(predictions.size > 0 ? ['prediction'] : []),
    ...(labels.size > 0 ? ['label'] : []),
    ...(embeddings.vectors.length > 0 ? ['embedding'] : []),
    ...(judged > 0 ? ['accuracy'] : []),
  ];
}
