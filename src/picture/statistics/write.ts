/** Statistics in the format asked for. */

import type { CommandIo } from '../../cli/io.js';
import { version } from '../../cli/version.js';
import type { Summary } from '../../image/statistics/summary.js';
import type { RunRecord } from '../../ndjson/records.js';
import type { RuleRecord } from '../../ndjson/statistics-records.js';

export interface StatisticsReport {
  readonly summary: Summary;
  /** How many images of each kind that stands out are named. */
  readonly findings: number;
  /** The outcome of every rule; with it, the report is about the rules alone. */
  readonly rules?: readonly RuleRecord[];
}

export interface RenderOptions {
  /** The words of the command line, for the `run` record. */
  readonly argv: readonly string[];
  /** Columns, for text. */
  readonly width: number;
  /** `--output`, where given: a file gets no colour. */
  readonly output: string | undefined;
}

/** The report's bytes or text. Loads what its format needs, and nothing else. */
export async function renderStatistics(
  io: CommandIo,
  report: StatisticsReport,
  format: 'text' | 'ndjson' | 'html' | 'svg' | 'png',
  { argv, width, output }: RenderOptions,
): Promise<string | Uint8Array> {
  const { summary, findings, rules } = report;
  switch (format) {
    case 'ndjson': {
      const { encodeRecord } = await import('../../ndjson/encode.js');
      const { statisticsRecords } = await import('../../image/statistics/records.js');
      const { synthetic } = summary.facts;
      const run: RunRecord = {
        type: 'run',
        program: io.program,
        version: version(),
        argv,
        ...(synthetic ? { synthetic } : {}),
      };
      const records = rules
        ? rules.filter(({ passed }) => !passed)
        : [...statisticsRecords(summary, findings)];
      return [run, ...records].map(encodeRecord).join('');
    }
    case 'text': {
      const { colourLevel } = await import('../../cli/colour.js');
      const level = colourLevel(io, io.stdoutIsTerminal && (output ?? '-') === '-');
      if (rules) {
        const { rulesText } = await import('./rules-text.js');
        return rulesText(summary, rules, { level });
      }
      const { statisticsText } = await import('./text.js');
      return statisticsText(summary, { level, width });
    }
    case 'html': {
      const { statisticsHtml } = await import('./html.js');
      return statisticsHtml(summary, findings, `${io.program} ${version()}`);
    }
    default: {
      const { statisticsSvg } = await import('./sheet.js');
      const svg = statisticsSvg(summary);
      if (format === 'svg') return svg;
      const { svgToPng } = await import('../raster.js');
      return svgToPng(svg);
    }
  }
}
