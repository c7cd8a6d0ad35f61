/** A model file → the same model with test-time augmentation in its graph. */

import { version } from '../core/version.js';
import { encodeModel } from '../model/model-file.js';
import { readModel } from '../model/model-weights.js';
import type { TestTimeAugmentation } from '../model/test-time-augmentation.js';
import { exportStep, requireOneView } from './exported.js';

/**
 * The bytes of a model that sees several views of each image by itself, wherever it is run; its lineage says so.
 * OperationalError, naming `source`, where the bytes are no sound model or one that does so already.
 */
export function augmentModel(
  bytes: Uint8Array,
  source: string,
  tta: TestTimeAugmentation,
): Uint8Array {
  const { info, weights } = readModel(bytes, source);
  const { digest: _, lineage, ...rest } = info;
  requireOneView(info, source);
  const own = exportStep({ tta }, [{ info, bytes: bytes.length }]);
  const history = [...lineage.history, own];
  return encodeModel({ ...rest, tta, lineage: { ...lineage, history } }, weights, version());
}
