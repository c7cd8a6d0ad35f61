/** Writers of an evaluation's report, by format. */

import type { ReportParts } from '../../picture/report-formats.js';
import type { Report } from './report.js';

/** Selects the writer of each format; it is loaded on use. */
export function reportParts(report: Report): ReportParts {
  return {
    ndjson: async () => (await import('./records.js')).reportRecords(report),
    text: async (options) => (await import('./text.js')).reportText(report, options),
    csv: async () => (await import('./csv.js')).reportCsv(report),
    html: async (maker) => (await import('./html.js')).reportHtml(report, maker),
    svg: async () => (await import('./pictures.js')).viewSvg(report),
  };
}
