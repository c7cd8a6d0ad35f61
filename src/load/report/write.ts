/** The parts of a measurement of load, by format. */

import type { ReportParts } from '../../picture/report-formats.js';
import type { LoadReport } from '../report.js';

/** Each format loads what it needs, and nothing else. */
export function loadParts(report: LoadReport): ReportParts {
  const { curves, ratio, generator, objectives } = report;
  return {
    ndjson: async () => [
      ...curves.flatMap(({ record, seconds, buckets }) => [
        record,
        { type: 'latencies', target: record.target, buckets },
        ...seconds,
      ]),
      ...(ratio ? [ratio] : []),
      generator,
      ...objectives,
    ],
    text: async (options) => (await import('./text.js')).loadText(report, options),
    svg: async () => {
      const { loadChart } = await import('./chart.js');
      const { lineChart } = await import('../../picture/line-chart.js');
      return lineChart(loadChart(curves));
    },
  };
}
