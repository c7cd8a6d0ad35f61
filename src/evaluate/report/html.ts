/** HTML page of an evaluation, self-contained. */

import { commonestConfusions } from '../../metrics/confusion-matrix.js';
import type { Evaluation } from '../../metrics/evaluator.js';
import { grouped, percent } from '../../picture/numbers.js';
import { figure, htmlPage, htmlTable, type PageSection } from '../../picture/page.js';
import { greyPngAddress } from '../../picture/png.js';
import { printable } from '../../picture/printable.js';
import { escapeXml } from '../../picture/svg.js';
import { gateSentence } from './gate-sentence.js';
import { calibrationSvg, confusionSvg } from './pictures.js';
import { modelName, predictionsName, type Report } from './report.js';
import { summaryLines } from './wording.js';

/** Renders the page; `maker`: program and version, for its footer. */
export function reportHtml(report: Report, maker: string): string {
  const { predictions, evaluation } = report;
  return htmlPage({
    title: `Evaluation: ${predictionsName(predictions)}`,
    subtitle: accuracyWords(evaluation),
    sections: reportSections(report),
    footer: [maker, modelName(predictions), ...(predictions.synthetic ? ['synthetic images'] : [])]
      .filter(Boolean)
      .join(', '),
  });
}

/** Accuracy and its interval, on one line. */
export function accuracyWords({ metrics, images }: Evaluation): string {
  const { accuracy = 0, accuracyLow = 0, accuracyHigh = 0 } = metrics;
  return `Accuracy ${percent(accuracy, 2)} on ${grouped(images)} images (95 % interval ${(accuracyLow * 100).toFixed(2)} to ${percent(accuracyHigh, 2)})`;
}

/** Sections of the report's view. */
export function reportSections(report: Report): PageSection[] {
  const { evaluation, view } = report;
  const all = view === 'all';
  return [
    ...(all
      ? [{ title: 'Figures', body: htmlTable(['figure', 'value'], summaryLines(evaluation)) }]
      : []),
    ...(all ? [{ title: 'Classes', body: classes(report) }] : []),
    ...(view === 'calibration' ? [] : [{ title: 'Confusion', body: confusion(report) }]),
    ...(view === 'confusion'
      ? []
      : [{ title: 'Calibration', body: figure(calibrationSvg(report)) }]),
    ...(all && evaluation.mistakes.length > 0
      ? [{ title: 'Most confident mistakes', body: mistakes(report) }]
      : []),
    ...(report.gates.length > 0 ? [{ title: 'Gates', body: gates(report) }] : []),
  ];
}

function classes({ predictions, evaluation }: Report): string {
  const { support } = evaluation.matrix;
  const share = (value: number | undefined) => (value === undefined ? '–' : percent(value));
  return htmlTable(
    ['class', 'images', 'precision', 'recall', 'F1', 'average precision', 'ROC AUC'],
    evaluation.perClass.map((scores, i) => [
      printable(predictions.classes.names[i]!),
      grouped(support[i]!),
      share(scores.precision),
      share(scores.recall),
      share(scores.f1),
      share(scores.averagePrecision),
      share(scores.rocAuc),
    ]),
  );
}

function confusion(report: Report): string {
  const { names } = report.predictions.classes;
  const { matrix } = report.evaluation;
  const { support } = matrix;
  const worst = commonestConfusions(matrix, 10);
  return [
    figure(confusionSvg(report)),
    htmlTable(
      ['class', 'taken for', 'images', 'of class'],
      worst.map(({ truth, prediction, count }) => [
        printable(names[truth]!),
        printable(names[prediction]!),
        grouped(count),
        percent(count / support[truth]!),
      ]),
    ),
  ].join('\n');
}

/** Mistakes: pictures where pixels are available, else a table. */
function mistakes({ predictions, evaluation }: Report): string {
  const { shape } = predictions;
  const name = (i: number) => printable(predictions.classes.names[i]!);
  if (!shape)
    return htmlTable(
      ['image', 'taken for', 'confidence', 'is'],
      evaluation.mistakes.map((m) => [
        m.index,
        name(m.prediction),
        percent(m.confidence),
        name(m.truth),
      ]),
    );
  const cards = evaluation.mistakes.map(({ pixels = new Uint8Array(), ...m }) => {
    const words = `${name(m.prediction)} ${percent(m.confidence)}`;
    const image = `<img alt="" width="112" src="${greyPngAddress({ ...shape, pixels })}">`;
    return `<figure style="margin:0">${image}<figcaption>${escapeXml(words)}<br>is ${escapeXml(name(m.truth))}<br>image ${m.index}</figcaption></figure>`;
  });
  return `<div style="display:flex;flex-wrap:wrap;gap:1.25rem">${cards.join('\n')}</div>`;
}

function gates(report: Report): string {
  return htmlTable(
    ['gate', 'outcome'],
    report.gates.map((result) => [gateSentence(result), result.passed ? 'passed' : 'failed']),
  );
}
