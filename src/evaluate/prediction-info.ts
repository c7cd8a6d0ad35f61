/** What a report says of a set of images and of the model that judges them. */

import type { ClassList } from '../idx/classes.js';
import type { LabelledSet } from '../idx/set-reader.js';
import type { ModelInfo } from '../model/info.js';
import type { PredictionInfo } from './predictions.js';

/** `classes` are those of both, as named where either names them. */
export function predictionInfoOfSet(
  set: LabelledSet,
  info: ModelInfo,
  classes: ClassList,
): PredictionInfo {
  const { dataset, split, synthetic } = set.annotation ?? {};
  return {
    classes,
    source: set.source,
    dataset,
    split,
    synthetic: synthetic === true,
    model: info.digest,
    tta: info.tta,
    modelDataset: info.dataset,
    modelSynthetic: info.synthetic === true,
    shape: { rows: info.rows, columns: info.columns },
  };
}
