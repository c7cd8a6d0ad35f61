/** Fields common to records of one image and its prediction: index, label, prediction, confidence. */

import type { ClassList } from '../idx/classes.js';
import type { Mistake } from '../metrics/mistakes.js';
import { shortFloat } from '../ndjson/float-text.js';

/** Converts class indices to labels and names; the confidence is the shortest text that reads back exactly. */
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
