/** What the members of an ensemble must have in common, and what it says of itself and of them. */

import { OperationalError } from '../core/errors.js';
import { sameClasses } from '../idx/classes.js';
import { describeNormalization } from '../idx/normalization.js';
import { sharedHistory } from '../idx/shared-history.js';
import type { Lineage, Member, ModelInfo } from '../model/info.js';
import type { LayerSpec } from '../model/lowering/sequence.js';
import type { TestTimeAugmentation } from '../model/test-time-augmentation.js';
import { type ExportedFrom, exportStep } from './exported.js';
import { renormalizeModel } from './renormalising.js';

export interface Known extends ExportedFrom {
  readonly info: ModelInfo;
  /** What it is called in messages. */
  readonly source: string;
}

/**
 * The layers through which a member sees what the first one sees: none where both normalise alike. An OperationalError where
 * it takes other images, knows other classes, or cannot be given its own normalisation behind the first one's.
 */
export function layersBefore(
  { info, source }: Known,
  { info: first, source: other }: Known,
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

/** What an ensemble says of itself, but for its network. */
export function jointInfo(
  parts: readonly Known[],
  tta: TestTimeAugmentation | undefined,
): Pick<ModelInfo, 'dataset' | 'synthetic' | 'tta' | 'recipe' | 'lineage' | 'members'> {
  return {
    ...origin(parts),
    ...(tta ? { tta } : {}),
    recipe: { name: 'ensemble' },
    lineage: lineageOf(parts, tta),
    members: parts.map(memberOf),
  };
}

/** What they were trained on, where all say the same; generated, where one of them was. */
function origin(parts: readonly Known[]): Pick<ModelInfo, 'dataset' | 'synthetic'> {
  const [{ info: first }] = parts as [Known, ...Known[]];
  const agreed = parts.every(({ info }) => info.dataset === first.dataset);
  return {
    ...(agreed && first.dataset !== undefined ? { dataset: first.dataset } : {}),
    ...(parts.some(({ info }) => info.synthetic) ? { synthetic: true } : {}),
  };
}

/** The steps that all share, which are those of the images, and this one; seed and engine where all have the same. */
function lineageOf(parts: readonly Known[], tta: TestTimeAugmentation | undefined): Lineage {
  const [{ info: first }] = parts as [Known, ...Known[]];
  const every = (same: (lineage: Lineage) => boolean) =>
    parts.every(({ info }) => same(info.lineage));
  const shared = sharedHistory(parts.map(({ info }) => info.lineage.history));
  const own = exportStep({ ensemble: parts.length, ...(tta ? { tta } : {}) }, parts);
  const { seed, engine } = first.lineage;
  return {
    history: [...shared, own],
    ...(every((lineage) => lineage.seed === seed) ? { seed } : {}),
    ...(every((lineage) => lineage.engine === engine) ? { engine } : {}),
  };
}

function memberOf({ info: { digest, recipe, lineage, members, training } }: Known): Member {
  return { sha256: digest, recipe, lineage, ...(members ? { members } : {}), training };
}
