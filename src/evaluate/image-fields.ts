/** What every record of one judged image says: which it is, what it shows, what a model takes it for. */

import type { ClassList } from '../idx/classes.js';
import type { Mistake } from '../metrics/mistakes.js';
import { shortFloat } from '../ndjson/float-text.js';

/** Labels and names for class indexes; the confidence as short as it is exact. */
export function imageFields(
  { index, truth, prediction, confidence }: Mistake,
  { labels, names }: ClassList,
) {
  return {
    index,
    label: labels[truth]!,
    labelName: names[truth]!,
    prediction: labels[prediction]!,
    predictionName: names[prediction]!,
    confidence: shortFloat(confidence),
  };
}
