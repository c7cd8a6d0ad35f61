/** Test-time augmentation inside a model: the same model, with several views of each image in its graph. */

import { version } from '../core/version.js';
import type { Model } from '../model/model.js';
import { encodeModel } from '../model/model-file.js';
import type { TestTimeAugmentation } from '../model/test-time-augmentation.js';
import { exportStep, requireOneView } from './exported.js';

/**
 * A model that sees several views of each image by itself, wherever its bytes are run; its lineage says so. Its digest
 * stays that of the file it was made of. Throws OperationalError where the model is unsound or does so already.
 */
export function augmentModel(model: Model, tta: TestTimeAugmentation): Model {
  const { info, weights, source, bytes } = model;
  requireOneView(info, source);
  const { digest, lineage, ...rest } = info;
  const own = exportStep({ tta }, [{ info, bytes: bytes.length }]);
  const augmented = { ...rest, tta, lineage: { ...lineage, history: [...lineage.history, own] } };
  return model.with({ ...augmented, digest }, encodeModel(augmented, weights, version()));
}
