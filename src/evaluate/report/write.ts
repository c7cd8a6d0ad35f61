/** A report in the format asked for. */

import type { CommandIo } from '../../cli/io.js';
import { version } from '../../cli/version.js';
import type { RunRecord } from '../../ndjson/records.js';
import type { Report } from './report.js';

export type ReportFormat = 'text' | 'ndjson' | 'csv' | 'html' | 'svg' | 'png';

export interface WriteOptions {
  /** The words of the command line, for the `run` record. */
  readonly argv: readonly string[];
  /** Columns, for text. */
  readonly width: number;
  /** `--output`, where given: a file gets no colour. */
  readonly output: string | undefined;
}

/** The report's bytes or text. Loads what its format needs, and nothing else. */
export async function renderReport(
  io: CommandIo,
  report: Report,
  format: ReportFormat,
  { argv, width, output }: WriteOptions,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'ndjson': {
      const { encodeRecord } = await import('../../ndjson/encode.js');
      const { reportRecords } = await import('./records.js');
      const { synthetic } = report.subject;
      const run: RunRecord = {
        type: 'run',
        program: io.program,
        version: version(),
        argv,
        ...(synthetic ? { synthetic } : {}),
      };
      return [run, ...reportRecords(report)].map(encodeRecord).join('');
    }
    case 'text': {
      const { colourLevel } = await import('../../cli/colour.js');
      const { reportText } = await import('./text.js');
      const level = colourLevel(io, io.stdoutIsTerminal && (output ?? '-') === '-');
      return reportText(report, { level, width });
    }
    case 'csv': {
      const { reportCsv } = await import('./csv.js');
      return reportCsv(report);
    }
    case 'html': {
      const { reportHtml } = await import('./html.js');
      return reportHtml(report, `${io.program} ${version()}`);
    }
    default: {
      const { viewSvg } = await import('./pictures.js');
      if (format === 'svg') return viewSvg(report);
      const { svgToPng } = await import('../../picture/raster.js');
      return svgToPng(viewSvg(report));
    }
  }
}
