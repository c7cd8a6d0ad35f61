/** Records of a comparison. */

import { present } from '../../core/present.js';
import type {
  ClassComparisonRecord,
  ComparisonRecord,
  RegressionRecord,
} from '../../ndjson/comparison-records.js';
import { shortFloat } from '../../ndjson/float-text.js';
import type { AnyRecord } from '../../ndjson/records.js';
import { imageFields } from '../image-fields.js';
import type { ComparisonReport } from './report.js';

/** Converts a comparison to the records that follow the `run` record, in the order of writing. */
export function comparisonRecords(report: ComparisonReport): AnyRecord[] {
  return [wholeRecord(report), ...classRecords(report), ...regressionRecords(report)];
}

function wholeRecord(report: ComparisonReport): ComparisonRecord {
  const { comparison, verdict, demand, resamples } = report;
  const { whole, old, new: fresh } = comparison;
  const named = {
    margin: demand.margin,
    oldModel: report.old.model,
    newModel: report.new.model,
    dataset: report.new.dataset ?? report.old.dataset,
    split: report.new.split ?? report.old.split,
    synthetic: report.old.synthetic || report.new.synthetic || undefined,
  };
  return {
    type: 'comparison',
    images: whole.images,
    ...(report.copies > 0 ? { copies: report.copies } : {}),
    bothRight: whole.bothRight,
    onlyOld: whole.onlyOld,
    onlyNew: whole.onlyNew,
    bothWrong: whole.bothWrong,
    agreement: comparison.agreement,
    oldAccuracy: whole.oldRight,
    newAccuracy: whole.newRight,
    difference: whole.difference,
    differenceLow: whole.interval.low,
    differenceHigh: whole.interval.high,
    confidence: demand.confidence,
    resamples,
    midP: whole.midP,
    exactP: whole.exactP,
    oldLogLoss: old.logLoss,
    newLogLoss: fresh.logLoss,
    oldBrierScore: old.brierScore,
    newBrierScore: fresh.brierScore,
    oldCalibrationError: old.expectedCalibrationError,
    newCalibrationError: fresh.expectedCalibrationError,
    classMargin: demand.classMargin,
    better: verdict.better,
    passed: verdict.passed,
    ...present(named),
  };
}

function classRecords({ comparison, verdict, new: { classes } }: ComparisonReport) {
  const failed = new Set(verdict.classes.map(({ name }) => name));
  return comparison.perClass.flatMap((group, i): ClassComparisonRecord[] => {
    if (!group) return [];
    const name = classes.names[i]!;
    return [
      {
        type: 'class-comparison',
        label: classes.labels[i]!,
        name,
        images: group.images,
        bothRight: group.bothRight,
        onlyOld: group.onlyOld,
        onlyNew: group.onlyNew,
        bothWrong: group.bothWrong,
        oldRecall: group.oldRight,
        newRecall: group.newRight,
        difference: group.difference,
        differenceLow: group.interval.low,
        differenceHigh: group.interval.high,
        midP: group.midP,
        passed: !failed.has(name),
      },
    ];
  });
}

function regressionRecords({ comparison, new: { classes } }: ComparisonReport): RegressionRecord[] {
  return comparison.regressions.map((image) => ({
    type: 'regression',
    ...imageFields(image, classes),
    oldLabelProbability: shortFloat(image.oldConfidence),
    newLabelProbability: shortFloat(image.truthProbability),
  }));
}
