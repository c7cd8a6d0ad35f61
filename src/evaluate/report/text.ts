/** Terminal report of an evaluation: accuracy, metrics, classes, confusions, mistakes, gates. */

import { commonestConfusions } from '../../metrics/confusion-matrix.js';
import { styled } from '../../picture/ansi.js';
import { bar } from '../../picture/bars.js';
import { matrixTable } from '../../picture/matrix-table.js';
import { grouped, percent } from '../../picture/numbers.js';
import { rightInk, wrongInk } from '../../picture/palette.js';
import { printable } from '../../picture/printable.js';
import type { TextOptions } from '../../picture/report-formats.js';
import { table } from '../../picture/table.js';
import { cut, padEnd, textWidth } from '../../picture/text-width.js';
import { gateSentence } from './gate-sentence.js';
import { mistakeLines } from './mistake-text.js';
import { copiesText, modelName, predictionsName, type Report } from './report.js';
import { summaryLines } from './wording.js';

/** Renders the report, with a newline at its end. */
export function reportText(report: Report, options: TextOptions): string {
  const names = report.predictions.classes.names.map(printable);
  const blocks = [headline(report, options)];
  if (report.view === 'all')
    blocks.push(
      summary(report, options),
      classTable(report, names, options),
      confusions(report, names, options),
      mistakeLines(report, names, options),
    );
  if (report.view === 'confusion') {
    const { counts } = report.evaluation.matrix;
    blocks.push([
      heading('rows true, columns predicted', options),
      ...matrixTable({ names, counts }, options),
    ]);
  }
  if (report.view === 'calibration') blocks.push(calibration(report, options));
  blocks.push(gates(report, options));
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

/** Images, model, accuracy and its interval. */
function headline(
  { predictions, evaluation, copies }: Report,
  { level, width }: TextOptions,
): string[] {
  const { images, matrix, metrics } = evaluation;
  const { accuracy = 0, accuracyLow = 0, accuracyHigh = 0 } = metrics;
  const dim = (text: string) => styled(cut(text, width), { dim: true }, level);
  const of = `${grouped(images)} image${images === 1 ? '' : 's'}, ${predictions.classes.names.length} classes${copiesText(copies)}`;
  const model = modelName(predictions);
  const room = Math.min(40, width - 40);
  const whole = bar(accuracy, room);
  return [
    dim(`${printable(predictionsName(predictions))}: ${of}`),
    ...(model ? [dim(printable(model))] : []),
    '',
    `${styled('accuracy', { bold: true }, level)} ${styled(percent(accuracy, 2), { bold: true, colour: rightInk }, level)}  ${styled(whole, { colour: rightInk }, level)}${styled('░'.repeat(Math.max(0, room - textWidth(whole))), { colour: wrongInk }, level)}  ${grouped(images - matrix.correct)} wrong`,
    `95 % interval ${(accuracyLow * 100).toFixed(2)} to ${percent(accuracyHigh, 2)}`,
  ];
}

/** Metrics in as many columns as fit. */
function summary({ evaluation }: Report, { level, width }: TextOptions): string[] {
  const lines = summaryLines(evaluation);
  const nameWidth = Math.max(...lines.map(([name]) => name.length));
  const valueWidth = Math.max(...lines.map(([, value]) => value.length));
  const columns = Math.max(1, Math.min(3, Math.floor((width + 4) / (nameWidth + valueWidth + 6))));
  const perColumn = Math.ceil(lines.length / columns);
  return Array.from({ length: perColumn }, (_, r) =>
    Array.from({ length: columns }, (_, c) => {
      const [name = '', value = ''] = lines[c * perColumn + r] ?? [];
      return `${styled(padEnd(name, nameWidth), { dim: true }, level)}  ${value.padStart(valueWidth)}`;
    })
      .join('    ')
      .trimEnd(),
  );
}

function classTable(report: Report, names: readonly string[], options: TextOptions): string[] {
  const { evaluation } = report;
  const { support } = evaluation.matrix;
  const tenth = (value: number) => (value * 100).toFixed(1);
  const nameWidth = Math.max(8, options.width - 54);
  const barWidth = 10;
  const rows = evaluation.perClass.map((scores, i) => [
    cut(names[i]!, nameWidth),
    grouped(support[i]!),
    tenth(scores.precision),
    tenth(scores.recall),
    tenth(scores.f1),
    scores.averagePrecision === undefined ? '–' : tenth(scores.averagePrecision),
    padEnd(bar(scores.f1, barWidth), barWidth),
  ]);
  const heads = ['class', 'images', 'precision', 'recall', 'F1', 'AP', ''];
  const align = ['left', 'right', 'right', 'right', 'right', 'right', 'left'] as const;
  return table(heads, rows, {
    align,
    colour: (text, row, column) => {
      if (row < 0) return styled(text, { dim: true }, options.level);
      return column === 6 ? styled(text, { colour: rightInk }, options.level) : text;
    },
  });
}

/** Most frequent confusions, with their share of the true class. */
function confusions(report: Report, names: readonly string[], options: TextOptions): string[] {
  const { matrix } = report.evaluation;
  const { support } = matrix;
  const worst = commonestConfusions(matrix, 5);
  if (worst.length === 0) return [];
  const rows = worst.map(({ truth, prediction, count }) => {
    const part = count / support[truth]!;
    return [
      cut(names[truth]!, 24),
      cut(names[prediction]!, 24),
      grouped(count),
      percent(part),
      bar(part, 20),
    ];
  });
  return table(['most often confused', 'taken for', 'images', 'of class', ''], rows, {
    align: ['left', 'left', 'right', 'right', 'left'],
    colour: (text, row, column) => {
      if (row < 0) return styled(text, { dim: true }, options.level);
      return column === 4 ? styled(text, { colour: wrongInk }, options.level) : text;
    },
  });
}

/** Reliability table, one line a bin that holds images: mean confidence, accuracy, and their gap. */
function calibration({ evaluation }: Report, { level, width }: TextOptions): string[] {
  const { bins, metrics } = evaluation;
  const room = Math.max(10, Math.min(40, width - 44));
  const rows = bins.flatMap(({ lower, upper, count, confidence, accuracy }) => {
    if (confidence === undefined || accuracy === undefined) return [];
    const gap = (accuracy - confidence) * 100;
    return [
      [
        `${(lower * 100).toFixed(0)}–${percent(upper, 0)}`,
        grouped(count),
        percent(confidence),
        percent(accuracy),
        `${gap < 0 ? '−' : '+'}${Math.abs(gap).toFixed(1)}`,
        bar(accuracy, room),
      ],
    ];
  });
  return [
    `expected calibration error ${percent(metrics.expectedCalibrationError ?? 0, 2)} (${bins.length} bins)`,
    '',
    ...table(['confidence', 'images', 'mean', 'right', 'gap', ''], rows, {
      align: ['right', 'right', 'right', 'right', 'right', 'left'],
      colour: (text, row, column) => {
        if (row < 0) return styled(text, { dim: true }, level);
        if (column === 5) return styled(text, { colour: rightInk }, level);
        return column === 4 && text.includes('−')
          ? styled(text, { colour: wrongInk }, level)
          : text;
      },
    }),
  ];
}

/** One line a gate. */
function gates(report: Report, { level }: TextOptions): string[] {
  return report.gates.map((result) => {
    const { passed } = result;
    const mark = styled(passed ? '✓' : '✗', { colour: passed ? rightInk : wrongInk }, level);
    return `${mark} ${gateSentence(result)}`;
  });
}

const heading = (text: string, { level }: TextOptions) => styled(text, { dim: true }, level);
