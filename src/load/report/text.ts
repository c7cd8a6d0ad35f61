/** A measurement of load, for people at a terminal. */

import type { GeneratorRecord, ObjectiveRecord } from '../../ndjson/load-records.js';
import { styled } from '../../picture/ansi.js';
import { grouped, percent } from '../../picture/numbers.js';
import { rightInk, wrongInk } from '../../picture/palette.js';
import type { TextOptions } from '../../picture/report-formats.js';
import { table } from '../../picture/table.js';
import { terminalChart } from '../../picture/terminal-chart.js';
import type { LoadCurve, LoadReport } from '../report.js';
import { namesOf, timePanel } from './chart.js';
import { failureWords, loopWords, milliseconds, rateWords } from './wording.js';

const latencyNames = ['p50', 'p90', 'p99', 'p999', 'max'] as const;

/** The whole text, with a newline at its end. */
export function loadText(report: LoadReport, options: TextOptions): string {
  const { curves } = report;
  const [first] = curves;
  const { level } = options;
  const blocks = [
    first ? [styled(loopWords(first.record), { bold: true }, level)] : [],
    figureTable(report),
    failureLines(report, options),
    timeLines(curves, options),
    generatorLines(report.generator, options),
    objectiveLines(report.objectives, curves.length > 1, options),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function figureTable({ curves, ratio }: LoadReport): string[] {
  const labelled = curves.some(({ record }) => record.accuracy !== undefined);
  const batched = curves.some(
    ({ record }) => record.imagesPerSecond > 1.001 * record.requestsPerSecond,
  );
  const header = ['', 'requests/s', ...(batched ? ['images/s'] : []), 'p50', 'p90', 'p99', 'p99.9'];
  header.push('longest', 'failed', ...(labelled ? ['accuracy'] : []));
  const rows = curves.map(({ record }, i) => [
    namesOf(curves)[i] ?? '',
    rateWords(record.requestsPerSecond),
    ...(batched ? [rateWords(record.imagesPerSecond)] : []),
    ...latencyNames.map((name) => milliseconds(record.latency?.[name])),
    percent(record.requests ? record.failed / record.requests : 0, 2),
    ...(labelled ? [record.accuracy === undefined ? '–' : percent(record.accuracy, 2)] : []),
  ]);
  const times = (value: number | undefined) =>
    value === undefined ? '–' : `${value.toFixed(2)} ×`;
  if (ratio)
    rows.push([
      'ratio',
      times(ratio.requestsPerSecond),
      ...(batched ? [''] : []),
      times(ratio.p50),
      '',
      times(ratio.p99),
    ]);
  return table(header, rows, {
    align: ['left', ...header.slice(1).map(() => 'right' as const)],
  });
}

function failureLines({ curves }: LoadReport, { level }: TextOptions): string[] {
  return curves.flatMap(({ record }, i) => {
    if (record.failed === 0) return [];
    const name = curves.length > 1 ? `${namesOf(curves)[i]}: ` : '';
    const text = `${name}${grouped(record.failed)} of ${grouped(record.requests)} requests failed: ${failureWords(record)}`;
    return [styled(text, { colour: wrongInk }, level)];
  });
}

function timeLines(curves: readonly LoadCurve[], options: TextOptions): string[] {
  const panel = timePanel(curves, namesOf(curves));
  // Of two or three points there is nothing to see.
  if (!panel.series.some(({ points }) => points.length >= 4)) return [];
  const chart = { title: '', description: '', xLabel: 's', panels: [panel] };
  // The chart's own title would only repeat what stands above.
  return terminalChart(chart, options).slice(2);
}

function generatorLines(generator: GeneratorRecord, { level }: TextOptions): string[] {
  const { cpu, delay, late, limits } = generator;
  const words = [
    `${cpu.toFixed(2)} cores`,
    `event loop ${milliseconds(delay.p99)} late (p99)`,
    ...(late ? [`requests taken up ${milliseconds(late.p99)} late (p99)`] : []),
  ];
  const line = styled(`fmnist-load itself: ${words.join(', ')}`, { dim: true }, level);
  return [
    line,
    ...limits.map((limit) =>
      styled(`These figures may be limited by fmnist-load: ${limit}.`, { colour: wrongInk }, level),
    ),
  ];
}

function objectiveLines(
  objectives: readonly ObjectiveRecord[],
  named: boolean,
  { level }: TextOptions,
): string[] {
  return objectives.map(({ objective, target, value, passed }) => {
    const colour = passed ? rightInk : wrongInk;
    const where = named ? ` at ${new URL(target).host}` : '';
    const found =
      value === undefined ? 'there is no such figure' : `it is ${figure(objective, value)}`;
    return styled(
      `${passed ? 'kept  ' : 'missed'} ${objective}${where}: ${found}`,
      { colour },
      level,
    );
  });
}

function figure(objective: string, value: number): string {
  if (/^(errors|accuracy)/.test(objective)) return percent(value, 3);
  if (/^(requests|images)/.test(objective)) return `${rateWords(value)}/s`;
  return milliseconds(value);
}
