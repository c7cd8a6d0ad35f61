/**
 * Robustness part of the report: accuracy under corruption, measured now or kept from an earlier
 * run.
 */

import { OperationalError, withSource } from '../core/errors.js';
import { decodeRecords } from '../ndjson/decode.js';
import { fieldFault } from '../ndjson/record-fields.js';
import type { AnyRecord } from '../ndjson/records.js';
import type { RobustnessRecord } from '../ndjson/report-records.js';
import { barChart } from '../picture/bar-chart.js';
import { grouped, percent } from '../picture/numbers.js';
import { figure, htmlTable } from '../picture/page.js';
import type { Folder } from './folder.js';
import type { ReportPart } from './part.js';
import { measureRobustness, type RobustnessOptions } from './robustness.js';

const file = 'robustness.ndjson';
const title = 'Robustness';

/** `measure`: how, where it is to be measured; otherwise what the folder keeps is shown. */
export async function robustnessPart(
  folder: Folder,
  measure: RobustnessOptions | undefined,
): Promise<ReportPart> {
  if (measure) {
    const files = ['model.onnx', 'test.idx'];
    const missing = files.find((name) => !folder.names.includes(name));
    if (missing)
      return { title, files, absent: `${missing} is not there, which it is measured on` };
    const ingredients = { model: 'model.onnx', set: 'test.idx' };
    const records = await measureRobustness(folder, ingredients, measure);
    return { ...partOf(records, files), records };
  }
  if (!folder.find(file))
    return {
      title,
      files: [file],
      absent: `${file} is not there; fmnist-report --robustness 500 measures it`,
    };
  const records: RobustnessRecord[] = [];
  for await (const { where, record } of decodeRecords(await folder.open(file))) {
    if (record.type !== 'robustness') continue;
    withSource(where, () => checkRobustness(record));
    records.push(record as RobustnessRecord);
  }
  if (records.length === 0)
    throw new OperationalError(folder.pathOf(file), 'holds no robustness records');
  return partOf(records, [file]);
}

function checkRobustness(record: AnyRecord): void {
  if (typeof record.corruption !== 'string') throw fieldFault(record, 'corruption', 'text');
  for (const name of ['severity', 'accuracy', 'images'])
    if (!Number.isFinite(record[name])) throw fieldFault(record, name, 'a number');
}

function partOf(records: readonly RobustnessRecord[], files: readonly string[]): ReportPart {
  const clean = records.find(({ severity }) => severity === 0);
  const kinds = [...new Set(records.filter((r) => r.severity > 0).map((r) => r.corruption))];
  const severities = [...new Set(records.map((r) => r.severity).filter((s) => s > 0))].sort();
  const of = (kind: string, severity: number) =>
    records.find((r) => r.corruption === kind && r.severity === severity)?.accuracy;
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const rows = kinds
    .map((kind) => {
      const accuracies = severities.map((severity) => of(kind, severity));
      return { kind, accuracies, mean: mean(accuracies.filter((a) => a !== undefined)) };
    })
    .sort((a, b) => a.mean - b.mean);
  const images = records[0]?.images ?? 0;
  const middle = severities[Math.floor(severities.length / 2)]!;
  const inChart = rows
    .map(({ kind }) => ({ kind, value: of(kind, middle) ?? 0 }))
    .sort((a, b) => a.value - b.value);
  const overall = mean(rows.map((row) => row.mean));
  return {
    title,
    files,
    answer: `Accuracy ${percent(overall)} over ${kinds.length} kinds of corruption${clean ? `, ${percent(clean.accuracy)} without` : ''} (${grouped(images)} images)`,
    sections: () => [
      {
        body: figure(
          barChart({
            title: `Accuracy under corruption, severity ${middle}`,
            subtitle: `the same ${grouped(images)} images each time, the worst first`,
            description: `Accuracy by kind of corruption, from ${inChart[0]?.kind}, the worst, to ${inChart.at(-1)?.kind}.`,
            labels: inChart.map(({ kind }) => kind),
            series: [{ name: 'accuracy', values: inChart.map(({ value }) => value) }],
            format: (share) => percent(share),
            max: 1,
            ...(clean ? { mark: { value: clean.accuracy, label: 'uncorrupted' } } : {}),
          }),
        ),
      },
      {
        title: 'Every severity',
        body: htmlTable(
          ['kind', ...severities.map((severity) => `severity ${severity}`), 'mean'],
          rows.map((row) => [
            row.kind,
            ...row.accuracies.map((a) => (a === undefined ? '' : percent(a))),
            percent(row.mean),
          ]),
        ),
      },
    ],
  };
}
