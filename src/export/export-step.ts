/** What is common to models that fmnist-export makes of others. */

import { OperationalError } from '../core/errors.js';
import { version } from '../core/version.js';
import type { HistoryRecord } from '../idx/annotation.js';
import type { ModelInfo } from '../model/info.js';

/** A model that something is made of, and the size of its file. */
export interface ExportSource {
  readonly info: Pick<ModelInfo, 'digest'>;
  readonly bytes: number;
}

/** The step in a model's history: the options, and the models it was made of. */
export function exportStep(
  options: HistoryRecord['options'] & object,
  models: readonly ExportSource[],
): HistoryRecord {
  return {
    program: 'fmnist-export',
    version: version(),
    options,
    read: models.map(({ info, bytes }) => ({ sha256: info.digest, bytes })),
  };
}

/** An OperationalError, naming `source`, where the model sees several views of an image already. */
export function requireOneView({ tta }: Pick<ModelInfo, 'tta'>, source: string): void {
  if (tta)
    throw new OperationalError(
      source,
      `has test-time augmentation inside already (${tta}); a model without was expected`,
    );
}
