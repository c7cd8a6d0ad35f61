/** CSV of an evaluation (RFC 4180 but for plain newlines): one row a class, a matrix, or one row a bin. */

import { matrixCsv } from '../../picture/matrix.js';
import type { Report } from './report.js';

/** Renders the table of the report's view. Synthetic images are marked in its first cell. */
export function reportCsv(report: Report): string {
  const { predictions, evaluation, view } = report;
  const { names } = predictions.classes;
  const mark = predictions.synthetic ? ' (synthetic)' : '';
  if (view === 'confusion') {
    const csv = matrixCsv({ names, counts: evaluation.matrix.counts });
    return mark ? csv.replace('true \\ predicted', `true \\ predicted${mark}`) : csv;
  }
  if (view === 'calibration')
    return lines([
      [`lower${mark}`, 'upper', 'images', 'confidence', 'accuracy'],
      ...evaluation.bins.map((bin) => [
        bin.lower,
        bin.upper,
        bin.count,
        bin.confidence ?? '',
        bin.accuracy ?? '',
      ]),
    ]);
  const { support, predicted, hits } = evaluation.matrix;
  const heads = ['class', 'images', 'predicted', 'correct', 'precision', 'recall', 'f1'];
  return lines([
    [`label${mark}`, ...heads, 'average precision', 'ROC AUC'],
    ...evaluation.perClass.map((scores, i) => [
      predictions.classes.labels[i]!,
      names[i]!,
      support[i]!,
      predicted[i]!,
      hits[i]!,
      scores.precision,
      scores.recall,
      scores.f1,
      scores.averagePrecision ?? '',
      scores.rocAuc ?? '',
    ]),
  ]);
}

function lines(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((row) => `${row.map((cell) => quoted(String(cell))).join(',')}\n`).join('');
}

const quoted = (cell: string) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
