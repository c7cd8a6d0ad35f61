/**
 * Evaluation part of the report: all metrics, confusion matrix, calibration, and the most
 * confident mistakes as pictures.
 */

import { DistinctSamples } from '../evaluate/distinct-samples.js';
import type { PredictionInfo } from '../evaluate/predictions.js';
import { openRecordedPredictions } from '../evaluate/recorded-predictions.js';
import { accuracyWords, reportSections } from '../evaluate/report/html.js';
import { reportRecords } from '../evaluate/report/records.js';
import type { Report } from '../evaluate/report/report.js';
import { openSet } from '../idx/set-reader.js';
import { rawBatches } from '../image/raw-pixels.js';
import { Evaluator } from '../metrics/evaluator.js';
import type { Mistake } from '../metrics/mistakes.js';
import type { Folder } from './folder.js';
import type { ReportPart } from './part.js';

const file = 'predictions.ndjson';
const images = 'test.idx';

/** Mistakes that are shown. */
const most = 20;

export interface EvaluationPart {
  readonly part: ReportPart;
  /** What the predictions are about and whose they are; undefined where they are absent. */
  readonly predictions?: PredictionInfo;
  readonly accuracy?: number | undefined;
}

export async function evaluationPart(folder: Folder): Promise<EvaluationPart> {
  const title = 'Evaluation';
  if (!folder.find(file)) {
    const absent = `${file} is not there; fmnist-predict writes it`;
    return { part: { title, files: [file], absent } };
  }
  const predictions = await openRecordedPredictions(await folder.open(file));
  const evaluator = new Evaluator(predictions.classes.labels.length, { mistakes: most });
  const distinct = new DistinctSamples(false);
  for await (const sample of distinct.of(predictions.samples())) evaluator.add(sample);
  const info = predictions.info();
  const evaluation = evaluator.finish();
  const pictured = await withPixels(folder, evaluation.mistakes);
  const report: Report = {
    view: 'all',
    predictions: { ...info, shape: pictured?.shape },
    evaluation: pictured ? { ...evaluation, mistakes: pictured.mistakes } : evaluation,
    copies: distinct.copies,
    gates: [],
  };
  return {
    part: {
      title,
      files: pictured ? [file, images] : [file],
      answer: accuracyWords(evaluation),
      sections: () => reportSections(report),
      records: reportRecords({ ...report, evaluation: { ...evaluation, mistakes: [] } }),
    },
    predictions: info,
    accuracy: evaluation.metrics.accuracy,
  };
}

/** The mistakes with their images, where these are there and plainly the same: as many, with the same labels. */
async function withPixels(folder: Folder, mistakes: readonly Mistake[]) {
  if (!folder.find(images) || mistakes.length === 0) return undefined;
  const set = await openSet(await folder.open(images), { labels: 'required' });
  const { rows, columns, count } = set.images;
  if (mistakes.some(({ index }) => index >= count)) return undefined;
  const size = rows * columns;
  const wanted = new Map(mistakes.map((mistake) => [mistake.index, mistake]));
  const found = new Map<number, Uint8Array>();
  for await (const batch of rawBatches(set))
    for (let i = 0; i < batch.count; i++)
      if (wanted.has(batch.start + i))
        found.set(batch.start + i, batch.pixels.slice(i * size, (i + 1) * size));
  return {
    shape: { rows, columns },
    mistakes: mistakes.map((mistake) => {
      const pixels = found.get(mistake.index);
      return pixels ? { ...mistake, pixels } : mistake;
    }),
  };
}
