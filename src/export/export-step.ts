/** History step and precondition of models that fmnist-export derives from others. */

import { OperationalError } from '../core/errors.js';
import { version } from '../core/version.js';
import type { HistoryRecord } from '../idx/annotation.js';
import type { ModelInfo } from '../model/info.js';

/** A source model, and the size of its file in bytes. */
export interface ExportSource {
  readonly info: Pick<ModelInfo, 'digest'>;
  readonly bytes: number;
}

/** History record of an export: its options, and the models it read. */
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

/** Throws OperationalError where the model has test-time augmentation already. */
export function requireOneView({ tta }: Pick<ModelInfo, 'tta'>, source: string): void {
  if (tta)
    throw new OperationalError(
      source,
      `has test-time augmentation inside already (${tta}); a model without was expected`,
    );
}
