/** What a report is made of, whatever its format. */

import { displayName } from '../../core/errors.js';
import type { Evaluation } from '../../metrics/evaluator.js';
import type { GateResult } from '../gate.js';
import type { PredictionInfo } from '../predictions.js';

/** `all`, or one part of it alone. */
export type ReportView = 'all' | 'confusion' | 'calibration';

export interface Report {
  readonly view: ReportView;
  readonly subject: PredictionInfo;
  readonly evaluation: Evaluation;
  readonly gates: readonly GateResult[];
}

/** The model, in a few words: `model 9e654a1023ca, trained on fashion-mnist`; undefined where it is not known. */
export function modelName(subject: PredictionInfo): string | undefined {
  const { model, tta, modelDataset, modelSynthetic } = subject;
  const trained = modelDataset ?? (modelSynthetic ? 'images' : undefined);
  if (!model) return undefined;
  const mark = modelSynthetic ? ' (synthetic)' : '';
  return `model ${model.slice(0, 12)}${tta ? ` with tta ${tta}` : ''}${trained ? `, trained on ${trained}${mark}` : ''}`;
}

/** What was evaluated, in a few words: `fashion-mnist test`, or the file's name; generated images are always called so. */
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
