/** Verdicts for people at a terminal: the answer first, then every test with the two distributions as sparklines. */

import { styled } from '../../picture/ansi.js';
import { sparkline } from '../../picture/bars.js';
import { coarser } from '../../picture/columns.js';
import { grouped, percent } from '../../picture/numbers.js';
import { rightInk, wrongInk } from '../../picture/palette.js';
import { printable } from '../../picture/printable.js';
import type { TextOptions } from '../../picture/report-formats.js';
import { table } from '../../picture/table.js';
import { cut, textWidth } from '../../picture/text-width.js';
import type { JudgedTest } from '../comparison.js';
import {
  bySignificance,
  type DriftReport,
  driftedTests,
  middles,
  pValueText,
  testName,
  type WindowPosition,
  type WindowVerdict,
} from './report.js';

/** The whole text, with a newline at its end. */
export function driftText(report: DriftReport, options: TextOptions): string {
  const inWindows = report.verdicts.some(({ position }) => position);
  if (inWindows) return report.verdicts.map((verdict) => windowLine(verdict, options)).join('');
  return report.verdicts.map((verdict) => wholeText(report, verdict, options)).join('\n');
}

function wholeText(
  report: DriftReport,
  verdict: WindowVerdict,
  { level, width }: TextOptions,
): string {
  const { comparison, rows, copies, referenceRows } = verdict;
  const dim = (text: string) => styled(cut(text, width), { dim: true }, level);
  const lines = [
    dim(
      `${printable(report.current)} (${count(rows)}${copies > 0 ? `, ${grouped(copies)} ${copies === 1 ? 'copy' : 'copies'} left out` : ''}) against ${printable(report.reference)} (${count(referenceRows)})`,
    ),
    '',
  ];
  if (!comparison) return `${[...lines, 'too few rows to test'].join('\n')}\n`;
  const { drift, drifted, tests } = comparison;
  const { alpha, correction, share } = report.options;
  const answer = styled(
    drift ? '✗ drift' : '✓ no drift',
    { bold: true, colour: drift ? wrongInk : rightInk },
    level,
  );
  const rule = share === undefined ? '' : `; at least ${percent(share, 0)} were asked for`;
  lines.push(`${answer}  ${drifted} of ${tests.length} tests find it${rule}`);
  lines.push(dim(`at a false-alarm rate of ${percent(alpha)}, ${correctionWords[correction]}`));
  lines.push('', ...testTable(bySignificance(tests), { level, width }));
  lines.push(...accuracyLines(verdict).map((line, i) => (i === 0 ? `\n${line}` : line)));
  const { onlyReference, onlyWindow } = comparison;
  if (onlyReference.length > 0)
    lines.push(
      '',
      `only in the reference, not compared: ${onlyReference.map(printable).join(', ')}`,
    );
  if (onlyWindow.length > 0)
    lines.push('', `not in the reference, not compared: ${onlyWindow.map(printable).join(', ')}`);
  return `${lines.join('\n')}\n`;
}

export const correctionWords = {
  holm: 'corrected after Holm',
  bh: 'corrected after Benjamini and Hochberg',
  none: 'each test by itself',
} as const;

function testTable(tests: readonly JudgedTest[], { level, width }: TextOptions): string[] {
  const words = tests.map((test) => [
    `${test.drift ? '✗' : '✓'} ${printable(testName(test))}`,
    pValueText(test.adjusted),
    test.psi === undefined ? '–' : test.psi.toFixed(3),
    test.psiThreshold === undefined ? '–' : test.psiThreshold.toFixed(3),
    middles(test),
  ]);
  const taken = [0, 6, 5, 5, 6].reduce(
    (sum, least, c) => sum + 2 + Math.max(least, ...words.map((row) => textWidth(row[c]!))),
    0,
  );
  const room = Math.min(20, Math.floor((width - taken - 2) / 2));
  const wide = room >= 9;
  const rows = words.map((row, i) => (wide ? [...row, ...sides(tests[i]!, room)] : row));
  const heads = ['', 'p', 'PSI', 'bound', 'median', ...(wide ? ['reference', 'now'] : [])];
  return table(heads, rows, {
    align: ['left', 'right', 'right', 'right', 'left', 'left', 'left'],
    colour: (text, row, column) => {
      if (row < 0) return styled(text, { dim: true }, level);
      const { drift } = tests[row]!;
      if (column === 6) return styled(text, { colour: drift ? wrongInk : rightInk }, level);
      return column === 0 && drift ? styled(text, { colour: wrongInk }, level) : text;
    },
  });
}

/** Both distributions on the same heights. */
function sides({ histogram, classes }: JudgedTest, room: number): readonly [string, string] {
  if (histogram) return lines(coarser(histogram.reference, room), coarser(histogram.current, room));
  if (!classes) return ['', ''];
  const shares = (counts: readonly number[]) => {
    const total = counts.reduce((sum, times) => sum + times, 0) || 1;
    return counts.map((times) => times / total);
  };
  return lines(coarser(shares(classes.reference), room), coarser(shares(classes.current), room));
}

function lines(then: readonly number[], now: readonly number[]): readonly [string, string] {
  const max = Math.max(...then, ...now);
  return [sparkline(then, { min: 0, max }), sparkline(now, { min: 0, max })];
}

function accuracyLines({ comparison }: WindowVerdict): string[] {
  const { accuracy, referenceAccuracy, estimated } = comparison ?? {};
  const then =
    referenceAccuracy === undefined ? '' : `, ${percent(referenceAccuracy, 2)} in the reference`;
  return [
    ...(accuracy === undefined ? [] : [`accuracy ${percent(accuracy, 2)}${then}`]),
    ...(estimated === undefined
      ? []
      : [
          `accuracy estimated from confidence ${percent(estimated.value, 2)} (95 % of such windows ${(estimated.low * 100).toFixed(2)} to ${percent(estimated.high, 2)})${accuracy === undefined ? then : ''}`,
        ]),
  ];
}

/** A window on a line: where, how many, the answer, and what drifted. */
export function windowLine(verdict: WindowVerdict, { level, width }: TextOptions): string {
  const { comparison, position, rows } = verdict;
  const where = position ? `${String(position.number).padStart(4)}  ${span(position)}` : '';
  const drift = comparison?.drift ?? false;
  const mark = !comparison
    ? '· too few rows'
    : drift
      ? position?.alarm
        ? '✗ ALARM'
        : '✗ drift'
      : '✓ quiet';
  const what = driftedTests(verdict)
    .map((test) => `${printable(testName(test))} ${pValueText(test.adjusted)}`)
    .join(', ');
  const partial = position && !position.full ? ' (not full)' : '';
  const estimated = comparison?.estimated
    ? `  est. accuracy ${percent(comparison.estimated.value)}`
    : '';
  const head = `${where}  ${count(rows).padStart(10)}${partial}  `;
  const painted = styled(mark, { colour: drift ? wrongInk : rightInk, bold: drift }, level);
  return `${head}${painted}${cut(`${what ? `  ${what}` : ''}${estimated}`, Math.max(0, width - head.length - mark.length))}\n`;
}

function span({ firstRow, lastRow, from, to }: WindowPosition): string {
  const time = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  if (from !== undefined && to !== undefined) return `${time(from)} – ${time(to).slice(11)}`;
  return `rows ${grouped(firstRow)}–${grouped(lastRow)}`;
}

const count = (rows: number) => `${grouped(rows)} row${rows === 1 ? '' : 's'}`;
