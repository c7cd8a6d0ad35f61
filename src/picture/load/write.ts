/** A measurement of load in the format asked for. */

import type { LoadReport } from '../../load/report.js';
import { encodeRecord } from '../../ndjson/encode.js';
import type { RunRecord } from '../../ndjson/records.js';
import type { ColourLevel } from '../ansi.js';

export interface RenderOptions {
  readonly run: RunRecord;
  readonly level: ColourLevel;
  readonly width: number;
}

/** The report's bytes or text. Loads what its format needs, and nothing else. */
export async function renderLoad(
  report: LoadReport,
  format: 'text' | 'ndjson' | 'svg' | 'png',
  { run, level, width }: RenderOptions,
): Promise<string | Uint8Array> {
  if (format === 'ndjson') {
    const { curves, ratio, generator, objectives } = report;
    const records = [
      run,
      ...curves.flatMap(({ record, seconds, buckets }) => [
        record,
        { type: 'latencies', target: record.target, buckets },
        ...seconds,
      ]),
      ...(ratio ? [ratio] : []),
      generator,
      ...objectives,
    ];
    return records.map(encodeRecord).join('');
  }
  if (format === 'text') {
    const { loadText } = await import('./text.js');
    return loadText(report, { level, width });
  }
  const [{ loadChart }, { lineChart }] = await Promise.all([
    import('./chart.js'),
    import('../line-chart.js'),
  ]);
  const svg = lineChart(loadChart(report.curves));
  if (format === 'svg') return svg;
  const { svgToPng } = await import('../raster.js');
  return svgToPng(svg);
}
