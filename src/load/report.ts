/** A measurement → all that is reported of it. */

import type {
  GeneratorRecord,
  LoadRatioRecord,
  LoadRecord,
  LoadSecondRecord,
  ObjectiveRecord,
} from '../ndjson/load-records.js';
import type { Measurement } from './measurement.js';
import { checkObjective, type LoadObjective } from './objective.js';
import { loadRecord, objectiveRecord, ratioRecord, secondRecords } from './records.js';

export interface LoadCurve {
  readonly record: LoadRecord;
  readonly seconds: readonly LoadSecondRecord[];
  /** Latencies as the `latencies` record has them: upper end in microseconds, count; ascending. */
  readonly buckets: readonly (readonly [microseconds: number, count: number])[];
}

export interface LoadReport {
  readonly curves: readonly LoadCurve[];
  readonly generator: GeneratorRecord;
  readonly ratio: LoadRatioRecord | undefined;
  readonly objectives: readonly ObjectiveRecord[];
}

/** Every objective is held against every service. */
export function reportOf(
  { measured, saturation }: Awaited<ReturnType<Measurement['run']>>,
  plan: { readonly rate: number | undefined; readonly connections: number },
  objectives: readonly LoadObjective[],
): LoadReport {
  const curves = measured.map(({ target: { name: target }, tally, milliseconds }) => ({
    record: loadRecord(tally, { ...plan, target, milliseconds }),
    seconds: secondRecords(tally, target),
    buckets: tally.latency.entries(),
  }));
  const [first, second] = curves;
  return {
    curves,
    generator: { type: 'generator', ...saturation },
    ratio: first && second ? ratioRecord(first.record, second.record) : undefined,
    objectives: curves.flatMap(({ record }) =>
      objectives.map((o) => objectiveRecord(record.target, checkObjective(o, record))),
    ),
  };
}

/** Reason why every single request failed; undefined where some were answered. */
export function nothingAnswered({ requests, failed, errors, statuses }: LoadRecord) {
  if (requests === 0 || failed < requests) return undefined;
  if (errors.connection === requests)
    return 'no connection could be made; a service was expected there';
  if (errors.timeout === requests) return 'gave no answer in time';
  if (errors.answer === requests)
    return 'gave answers that are none; JSON with one prediction for each image was expected';
  const said = Object.keys(statuses).filter((status) => !status.startsWith('2'));
  if (errors.status === requests) return `answered every request with status ${said.join(' or ')}`;
  return undefined;
}
