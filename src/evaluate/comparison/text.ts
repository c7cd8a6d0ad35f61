/** Terminal report of a comparison: verdict, metrics, contingency table, classes, regressions. */

import { styled } from '../../picture/ansi.js';
import { grouped, percent } from '../../picture/numbers.js';
import { rightInk, wrongInk } from '../../picture/palette.js';
import { printable } from '../../picture/printable.js';
import type { TextOptions } from '../../picture/report-formats.js';
import { table } from '../../picture/table.js';
import { cut, padEnd, wrap } from '../../picture/text-width.js';
import { copiesText } from '../report/report.js';
import type { ComparedGroup } from './comparer.js';
import {
  type ComparisonReport,
  imagesName,
  metricRows,
  points,
  refusals,
  sideName,
  verdictSentence,
} from './report.js';

/** Renders the report, with a newline at its end. */
export function comparisonText(report: ComparisonReport, options: TextOptions): string {
  const blocks = [
    headline(report, options),
    verdictLines(report, options),
    metricTable(report, options),
    contingency(report, options),
    classes(report, options),
    regressions(report, options),
  ];
  return `${blocks
    .filter((block) => block.length > 0)
    .map((block) => block.join('\n'))
    .join('\n\n')}\n`;
}

function headline(report: ComparisonReport, { level, width }: TextOptions): string[] {
  const { images } = report.comparison.whole;
  const { names } = report.new.classes;
  const dim = (text: string) => styled(cut(text, width), { dim: true }, level);
  return [
    dim(
      `${printable(imagesName(report))}: ${grouped(images)} images, ${names.length} classes${copiesText(report.copies)}`,
    ),
    dim(`old: ${sideName(report, 'old')}`),
    dim(`new: ${sideName(report, 'new')}`),
  ];
}

/** Verdict and reasons, wrapped at words. */
function verdictLines(report: ComparisonReport, { level, width }: TextOptions): string[] {
  const { passed } = report.verdict;
  const lines = (mark: string, colour: typeof rightInk, text: string) =>
    wrap(text, width - 2).map(
      (line, i) => `${i === 0 ? styled(mark, { colour }, level) : ' '} ${line}`,
    );
  return [
    ...lines(passed ? '✓' : '✗', passed ? rightInk : wrongInk, verdictSentence(report)),
    ...refusals(report).flatMap((reason) => lines('✗', wrongInk, reason)),
  ];
}

function metricTable(report: ComparisonReport, { level }: TextOptions): string[] {
  return table(['figure', 'old', 'new', 'difference'], metricRows(report), {
    align: ['left', 'right', 'right', 'right'],
    colour: (text, row) => (row < 0 ? styled(text, { dim: true }, level) : text),
  });
}

/** Contingency table, the input of McNemar's test. */
function contingency({ comparison }: ComparisonReport, { level }: TextOptions): string[] {
  const { bothRight, onlyOld, onlyNew, bothWrong } = comparison.whole;
  const rows = [
    ['old right', grouped(bothRight), grouped(onlyOld)],
    ['old wrong', grouped(onlyNew), grouped(bothWrong)],
  ];
  const colours = [wrongInk, rightInk];
  return table(['images', 'new right', 'new wrong'], rows, {
    align: ['left', 'right', 'right'],
    colour: (text, row, column) => {
      if (row < 0) return styled(text, { dim: true }, level);
      const colour = row + column === 2 ? colours[row] : undefined;
      return colour ? styled(text, { colour }, level) : text;
    },
  });
}

function classes(report: ComparisonReport, { level, width }: TextOptions): string[] {
  const { comparison, verdict, new: fresh } = report;
  const failed = new Set(verdict.classes.map(({ name }) => name));
  const room = Math.max(11, Math.min(41, width - 56)) | 1;
  const groups = comparison.perClass.flatMap((group, i) =>
    group ? [{ group, name: fresh.classes.names[i]! }] : [],
  );
  const reach = Math.max(
    ...groups.flatMap(({ group: { interval } }) => [-interval.low, interval.high]),
  );
  const rows = groups.map(({ group, name }) => [
    `${failed.has(name) ? '✗' : ' '} ${cut(printable(name), 16)}`,
    grouped(group.images),
    percent(group.oldRight),
    percent(group.newRight),
    points(group.difference, 1),
    intervalLine(group, reach, room),
  ]);
  return table(['  class', 'images', 'old', 'new', 'points', 'interval'], rows, {
    align: ['left', 'right', 'right', 'right', 'right', 'left'],
    colour: (text, row, column) => {
      if (row < 0) return styled(text, { dim: true }, level);
      const { name } = groups[row]!;
      if (column !== 5 && column !== 0) return text;
      if (failed.has(name)) return styled(text, { colour: wrongInk }, level);
      return column === 5 ? styled(text, { colour: rightInk }, level) : text;
    },
  });
}

/** Interval on a line, zero in the middle. */
function intervalLine(
  { difference, interval }: ComparedGroup,
  reach: number,
  width: number,
): string {
  const half = (width - 1) / 2;
  const at = (value: number) => half + Math.round(reach > 0 ? (value / reach) * half : 0);
  const cells = Array.from({ length: width }, () => ' ');
  for (let i = at(interval.low); i <= at(interval.high); i++) cells[i] = '─';
  cells[half] = cells[half] === '─' ? '┼' : '│';
  cells[at(difference)] = '●';
  return padEnd(cells.join(''), width);
}

/** The first ten regressions, by descending confidence of the new model. */
function regressions(
  { comparison, new: { classes } }: ComparisonReport,
  { level, width }: TextOptions,
): string[] {
  const room = Math.min(20, (width - 37) >> 1);
  const name = (i: number) => cut(printable(classes.names[i]!), room);
  const lost = comparison.regressions.slice(0, 10);
  if (lost.length === 0) return [];
  return table(
    ['image lost', 'is', 'now taken for', 'probability', 'was'],
    lost.map(({ index, truth, prediction, confidence, oldConfidence }) => [
      String(index),
      name(truth),
      name(prediction),
      percent(confidence),
      percent(oldConfidence),
    ]),
    {
      align: ['right', 'left', 'left', 'right', 'right'],
      colour: (text, row) => (row < 0 ? styled(text, { dim: true }, level) : text),
    },
  );
}
