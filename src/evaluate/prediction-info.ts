/** Metadata of predictions, from the set of images and the model that predicts them. */

import type { ClassList } from '../idx/classes.js';
import type { LabelledSet } from '../idx/set-reader.js';
import type { ModelInfo } from '../model/info.js';
import type { PredictionInfo } from './predictions.js';

/** Collects the metadata. `classes`: those of both, under the names that either gives them. */
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
