/** A model file → the same model with test-time augmentation in its graph. */

import { TroubleError } from '../cli/errors.js';
import { version } from '../cli/version.js';
import { encodeModel } from './model-file.js';
import { readModel } from './model-weights.js';
import type { TestTimeAugmentation } from './views.js';

/**
 * The bytes of a model that sees several views of each image by itself, wherever it is run; its lineage says so.
 * TroubleError, naming `source`, where the bytes are no sound model or one that does so already.
 */
export function augmentedModel(
  bytes: Uint8Array,
  source: string,
  tta: TestTimeAugmentation,
): Uint8Array {
  const { info, weights } = readModel(bytes, source);
  const { digest, lineage, ...rest } = info;
  if (info.tta)
    throw new TroubleError(
      source,
      `has test-time augmentation inside already (${info.tta}); a model without was expected`,
    );
  const record = {
    program: 'fmnist-export',
    version: version(),
    options: { tta },
    read: [{ sha256: digest, bytes: bytes.length }],
  };
  const history = [...lineage.history, record];
  return encodeModel({ ...rest, tta, lineage: { ...lineage, history } }, weights, version());
}
