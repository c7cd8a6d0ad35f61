/** Test-time augmentation as a part of a model's graph. */

import { createModel, type Model } from '../model/model.js';
import type { TestTimeAugmentation } from '../model/test-time-augmentation.js';
import { exportStep, requireOneView } from './export-step.js';

/**
 * Builds test-time augmentation into the graph of a model, for every runtime; the lineage of the new model says so.
 * Throws OperationalError where the model is unsound or has test-time augmentation already.
 */
export function augmentModel(
  { info, weights, bytes, source }: Model,
  tta: TestTimeAugmentation,
): Model {
  const { digest: _, lineage, ...rest } = info;
  requireOneView(info, source);
  const own = exportStep({ tta }, [{ info, bytes: bytes.length }]);
  const history = [...lineage.history, own];
  return createModel({ ...rest, tta, lineage: { ...lineage, history } }, weights, source);
}
