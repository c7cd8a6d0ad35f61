/** Drift part of the report: the latest findings, as fmnist-drift wrote them. */

import { mixSections } from '../drift/report/class-mix.js';
import { middles, pValueText, testName } from '../drift/report/report.js';
import type { ClassList } from '../idx/classes.js';
import { decodeRecords } from '../ndjson/decode.js';
import type { DriftRecord, DriftTestRecord } from '../ndjson/drift-records.js';
import { grouped, percent } from '../picture/numbers.js';
import { htmlTable, type PageSection } from '../picture/page.js';
import type { Folder } from './folder.js';
import type { ReportPart } from './part.js';

const files = ['drift.ndjson', 'retrain/drift.ndjson'];
const title = 'Drift';

/** classes: their names, where they are known. */
export async function driftPart(
  folder: Folder,
  classes: ClassList | undefined,
): Promise<ReportPart> {
  const file = folder.find(...files);
  const absent = `none of ${files.join(', ')} is there; fmnist-drift writes it`;
  if (!file) return { title, files, absent };
  const verdicts: DriftRecord[] = [];
  let tests: DriftTestRecord[] = [];
  for await (const { record } of decodeRecords(await folder.open(file))) {
    if (record.type === 'drift') {
      verdicts.push(record as DriftRecord);
      tests = [];
    } else if (record.type === 'drift-test') tests.push(record as DriftTestRecord);
  }
  const last = verdicts.at(-1);
  if (!last) return { title, files: [file], absent: `${file} holds no verdict` };
  return {
    title,
    files: [file],
    answer: answerOf(last, verdicts),
    sections: () => sections(tests, classes),
  };
}

function answerOf(last: DriftRecord, verdicts: readonly DriftRecord[]): string {
  const { rows, drift, drifted, tests, accuracy, estimatedAccuracy } = last;
  const drifting = verdicts.filter((verdict) => verdict.drift).length;
  return [
    `${verdicts.length > 1 ? `${drifting} of ${verdicts.length} windows drift; the last: ` : ''}${drift ? 'drift' : 'no drift'} in ${grouped(rows)} rows`,
    `${drifted} of ${tests} tests`,
    ...(accuracy === undefined ? [] : [`accuracy ${percent(accuracy)}`]),
    ...(accuracy !== undefined || estimatedAccuracy === undefined
      ? []
      : [`accuracy about ${percent(estimatedAccuracy)}, by confidence`]),
  ].join(', ');
}

function sections(
  tests: readonly DriftTestRecord[],
  classes: ClassList | undefined,
): PageSection[] {
  if (tests.length === 0) return [];
  return [
    {
      title: tests[0]?.window === undefined ? 'Tests' : `Tests of window ${tests[0].window}`,
      body: htmlTable(
        ['', 'verdict', 'test', 'p', 'corrected', 'PSI', 'then', 'now'],
        tests.map((test) => [
          testName(test),
          test.drift ? 'drift' : 'no drift',
          test.test,
          pValueText(test.p),
          pValueText(test.adjusted),
          test.psi?.toFixed(3) ?? '',
          ...thenAndNow(test),
        ]),
      ),
    },
    ...mixSections(tests, classes),
  ];
}

/** Medians, or shares of right predictions or missing values. */
function thenAndNow(test: DriftTestRecord): string[] {
  const [then = '', now = ''] = middles(test).split(' → ');
  return [then, now];
}
