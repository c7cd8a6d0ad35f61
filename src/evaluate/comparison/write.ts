/** Writers of a comparison's report, by format. */

import type { ReportParts } from '../../picture/report-formats.js';
import type { ComparisonReport } from './report.js';

/** Selects the writer of each format; it is loaded on use. */
export function comparisonParts(report: ComparisonReport): ReportParts {
  return {
    ndjson: async () => (await import('./records.js')).comparisonRecords(report),
    text: async (options) => (await import('./text.js')).comparisonText(report, options),
    html: async (maker) => (await import('./html.js')).comparisonHtml(report, maker),
    svg: async () => (await import('./picture.js')).comparisonSvg(report),
  };
}
