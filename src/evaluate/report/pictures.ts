/** Pictures of an evaluation as SVG: confusion matrix and reliability diagram. */

import { matrixSvg } from '../../picture/matrix-svg.js';
import { grouped, percent } from '../../picture/numbers.js';
import { reliability } from '../../picture/reliability.js';
import { predictionsName, type Report } from './report.js';

/** Draws the confusion matrix as an SVG document. */
export function confusionSvg({ predictions, evaluation }: Report): string {
  return matrixSvg(
    { names: predictions.classes.names, counts: evaluation.matrix.counts },
    {
      title: `Confusion matrix: ${predictionsName(predictions)}`,
      subtitle: `${grouped(evaluation.images)} images, accuracy ${percent(evaluation.metrics.accuracy ?? 0, 2)}`,
    },
  );
}

/** Draws the reliability diagram as an SVG document. */
export function calibrationSvg({ predictions, evaluation }: Report): string {
  const error = evaluation.metrics.expectedCalibrationError ?? 0;
  return reliability({
    title: `Reliability: ${predictionsName(predictions)}`,
    subtitle: `${grouped(evaluation.images)} images, expected calibration error ${percent(error, 2)}`,
    bins: evaluation.bins.map((bin) => ({
      ...bin,
      confidence: bin.confidence ?? 0,
      accuracy: bin.accuracy ?? 0,
    })),
  });
}

/** Draws the picture of the report's view; the confusion matrix where that is `all`. */
export function viewSvg(report: Report): string {
  return report.view === 'calibration' ? calibrationSvg(report) : confusionSvg(report);
}
