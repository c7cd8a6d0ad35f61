/** Records of an evaluation. */

import { present } from '../../core/present.js';
import type {
  CalibrationRecord,
  ClassRecord,
  ConfusionRecord,
  EvaluationRecord,
  GateRecord,
  MistakeRecord,
} from '../../ndjson/evaluation-records.js';
import { shortFloat } from '../../ndjson/float-text.js';
import type { AnyRecord } from '../../ndjson/records.js';
import { imageFields } from '../image-fields.js';
import type { Report } from './report.js';

/** Converts a report to the records that follow the `run` record, in the order of writing. */
export function reportRecords(report: Report): AnyRecord[] {
  const { view } = report;
  return [
    evaluationRecord(report),
    ...(view === 'all' ? classRecords(report) : []),
    ...(view === 'calibration' ? [] : [confusionRecord(report)]),
    ...(view === 'confusion' ? [] : [calibrationRecord(report)]),
    ...(view === 'all' ? mistakeRecords(report) : []),
    ...gateRecords(report),
  ];
}

function evaluationRecord({ predictions, evaluation, copies }: Report): EvaluationRecord {
  const { dataset, split, model, tta, modelDataset, synthetic, modelSynthetic } = predictions;
  return {
    type: 'evaluation',
    images: evaluation.images,
    ...(copies > 0 ? { copies } : {}),
    correct: evaluation.matrix.correct,
    ...evaluation.metrics,
    threshold: evaluation.threshold,
    ...present({ dataset, split, model, tta, modelDataset }),
    ...(modelSynthetic ? { modelSynthetic } : {}),
    ...(synthetic ? { synthetic } : {}),
  };
}

function classRecords({ predictions: { classes }, evaluation }: Report): ClassRecord[] {
  const { support, predicted, hits } = evaluation.matrix;
  return evaluation.perClass.map((scores, i) => ({
    type: 'class',
    label: classes.labels[i]!,
    name: classes.names[i]!,
    images: support[i]!,
    predicted: predicted[i]!,
    correct: hits[i]!,
    precision: scores.precision,
    recall: scores.recall,
    f1: scores.f1,
    ...present({
      averagePrecision: scores.averagePrecision,
      rocAuc: scores.rocAuc,
    }),
  }));
}

function confusionRecord({ predictions: { classes }, evaluation }: Report): ConfusionRecord {
  const { names, labels } = classes;
  return { type: 'confusion', names, labels, counts: evaluation.matrix.rows() };
}

function calibrationRecord({ evaluation: { metrics, bins } }: Report): CalibrationRecord {
  const { expectedCalibrationError = 0 } = metrics;
  return { type: 'calibration', expectedCalibrationError, bins };
}

function mistakeRecords({ predictions: { classes }, evaluation }: Report): MistakeRecord[] {
  return evaluation.mistakes.map((mistake) => ({
    type: 'mistake',
    ...imageFields(mistake, classes),
    labelProbability: shortFloat(mistake.truthProbability),
  }));
}

function gateRecords({ gates }: Report): GateRecord[] {
  return gates.map(({ gate: { metric, side, bound }, className, value, passed }) =>
    present({ type: 'gate', figure: metric, class: className, side, bound, value, passed }),
  );
}
