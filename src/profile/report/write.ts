/** The parts of a report of statistics, by format. */

import type { RuleRecord } from '../../ndjson/statistics-records.js';
import type { ReportParts } from '../../picture/report-formats.js';
import type { Summary } from '../summary.js';

export interface StatisticsReport {
  readonly summary: Summary;
  /** How many images of each kind that stands out are named. */
  readonly findings: number;
  /** The outcome of every rule; with it, the report is about the rules alone. */
  readonly rules?: readonly RuleRecord[];
}

/** Each format loads what it needs, and nothing else. */
export function statisticsParts({ summary, findings, rules }: StatisticsReport): ReportParts {
  if (rules)
    return {
      ndjson: async () => rules.filter(({ passed }) => !passed),
      text: async (options) => (await import('./rules-text.js')).rulesText(summary, rules, options),
    };
  return {
    ndjson: async () => {
      const { statisticsRecords } = await import('../records.js');
      return statisticsRecords(summary, findings);
    },
    text: async (options) => (await import('./text.js')).statisticsText(summary, options),
    html: async (maker) => (await import('./html.js')).statisticsHtml(summary, findings, maker),
    svg: async () => (await import('./sheet.js')).statisticsSvg(summary),
  };
}
