/** Report of an evaluation: its parts, and names that all formats share. */

import { displayName } from '../../core/errors.js';
import type { Evaluation } from '../../metrics/evaluator.js';
import type { GateResult } from '../gate.js';
import type { PredictionInfo } from '../predictions.js';

/** View of a report: all of it, or one part alone. */
export type ReportView = 'all' | 'confusion' | 'calibration';

/** Parts of a report. */
export interface Report {
  readonly view: ReportView;
  readonly predictions: PredictionInfo;
  readonly evaluation: Evaluation;
  /** Copies of other images that were left out. */
  readonly copies: number;
  readonly gates: readonly GateResult[];
}

/** Name of the model: `model 9e654a1023ca, trained on fashion-mnist`; undefined where it is not known. */
export function modelName(info: PredictionInfo): string | undefined {
  const { model, tta, modelDataset, modelSynthetic } = info;
  const trained = modelDataset ?? (modelSynthetic ? 'images' : undefined);
  if (!model) return undefined;
  const mark = modelSynthetic ? ' (synthetic)' : '';
  return `model ${model.slice(0, 12)}${tta ? ` with tta ${tta}` : ''}${trained ? `, trained on ${trained}${mark}` : ''}`;
}

/** Name of the images: `fashion-mnist test`, or the file's name; synthetic images are always marked. */
export function predictionsName({
  source,
  dataset,
  split,
  synthetic,
}: Pick<PredictionInfo, 'source' | 'dataset' | 'split' | 'synthetic'>): string {
  const name = [dataset, split].filter(Boolean).join(' ') || fileName(source);
  return synthetic ? `${name} (synthetic)` : name;
}

const fileName = (source: string) => displayName(source).split(/[/\\]/).at(-1)!;

/** `, 15 copies left out`, or nothing. */
export const copiesText = (copies: number): string =>
  copies === 0 ? '' : `, ${copies === 1 ? '1 copy' : `${copies} copies`} left out`;
