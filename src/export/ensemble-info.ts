/** Metadata of an ensemble, and the conditions on its members: same images, same classes, compatible normalisation. */

import { OperationalError } from '../core/errors.js';
import { sameClasses } from '../idx/classes.js';
import { describeNormalization } from '../idx/normalization.js';
import { sharedHistory } from '../idx/shared-history.js';
import type { Lineage, Member, ModelInfo } from '../model/info.js';
import type { LayerSpec } from '../model/lowering/sequence.js';
import type { Model } from '../model/model.js';
import type { TestTimeAugmentation } from '../model/test-time-augmentation.js';
import { exportStep } from './export-step.js';
import { renormalizeModel } from './renormalize.js';

/** A member: its metadata, and the name that messages call it by. */
type NamedModel = Pick<Model, 'info' | 'source'>;

/**
 * The layers of a member's branch that turn the first member's normalisation into its own: none where they are the same.
 * Throws OperationalError where it takes other images, knows other classes, or the normalisations are incompatible.
 */
export function layersBefore(
  { info, source }: NamedModel,
  { info: first, source: other }: NamedModel,
): readonly LayerSpec[] {
  const differs = (found: string, expected: string) =>
    new OperationalError(source, `${found}; ${expected}, as in ${other}`);
  if (info.rows !== first.rows || info.columns !== first.columns)
    throw differs(
      `takes images of ${info.rows} × ${info.columns} pixels`,
      `${first.rows} × ${first.columns} were expected`,
    );
  if (!sameClasses(info.classes, first.classes))
    throw differs('knows other classes', `${first.classes.names.join(', ')} were expected`);
  const layers = renormalizeModel(first.normalization, info.normalization);
  if (layers) return layers;
  throw differs(
    `normalises by ${describeNormalization(info.normalization)}`,
    `${describeNormalization(first.normalization)} was expected`,
  );
}

/** Metadata of an ensemble, except for its network: data set, recipe, lineage, and those of its members. */
export function jointInfo(
  models: readonly Model[],
  tta: TestTimeAugmentation | undefined,
): Pick<ModelInfo, 'dataset' | 'synthetic' | 'tta' | 'recipe' | 'lineage' | 'members'> {
  return {
    ...origin(models),
    ...(tta ? { tta } : {}),
    recipe: { name: 'ensemble' },
    lineage: lineageOf(models, tta),
    members: models.map(memberOf),
  };
}

/** The data set, where it is that of all members; synthetic, where that of one is. */
function origin(models: readonly Model[]): Pick<ModelInfo, 'dataset' | 'synthetic'> {
  const { info: first } = models[0]!;
  const agreed = models.every(({ info }) => info.dataset === first.dataset);
  return {
    ...(agreed && first.dataset !== undefined ? { dataset: first.dataset } : {}),
    ...(models.some(({ info }) => info.synthetic) ? { synthetic: true } : {}),
  };
}

/** The common history, which is that of the images, and this export; seed and engine where they are the same for all. */
function lineageOf(models: readonly Model[], tta: TestTimeAugmentation | undefined): Lineage {
  const { info: first } = models[0]!;
  const every = (same: (lineage: Lineage) => boolean) =>
    models.every(({ info }) => same(info.lineage));
  const shared = sharedHistory(models.map(({ info }) => info.lineage.history));
  const own = exportStep(
    { ensemble: models.length, ...(tta ? { tta } : {}) },
    models.map(({ info, bytes }) => ({ info, bytes: bytes.length })),
  );
  const { seed, engine } = first.lineage;
  return {
    history: [...shared, own],
    ...(every((lineage) => lineage.seed === seed) ? { seed } : {}),
    ...(every((lineage) => lineage.engine === engine) ? { engine } : {}),
  };
}

function memberOf({
  info: { digest, recipe, lineage, members, training },
}: Pick<Model, 'info'>): Member {
  return { sha256: digest, recipe, lineage, ...(members ? { members } : {}), training };
}
