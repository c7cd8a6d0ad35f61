/** Alerts and standings for people. */

import type { AlertRecord, SloRecord } from '../ndjson/alert-records.js';
import { table } from '../picture/table.js';
import { alertLine } from './notify/message.js';

/** One line as it happens. */
export const alertText = (alert: AlertRecord): string => `${alert.time}  ${alertLine(alert)}\n`;

/** State of all objectives at the end, as text. */
export function standingText(records: readonly SloRecord[]): string {
  const percent = (share: number | undefined) =>
    share === undefined ? '–' : `${(100 * share).toFixed(2)} %`;
  const rows = records.map((slo) => [
    slo.name,
    slo.kind,
    slo.total,
    percent(slo.share),
    slo.target === undefined
      ? slo.from === undefined
        ? '–'
        : `${percent(slo.from)} – ${percent(slo.to)}`
      : `≥ ${percent(slo.target)}`,
    slo.budgetUsed === undefined ? '–' : `${(100 * slo.budgetUsed).toFixed(0)} %`,
    slo.firing ? 'alert' : slo.met === undefined ? 'nothing seen' : slo.met ? 'met' : 'missed',
  ]);
  const heads = ['objective', 'kind', 'events', 'good', 'wanted', 'budget used', ''];
  return `${table(heads, rows, { align: ['left', 'left', 'right', 'right', 'right', 'right', 'left'] }).join('\n')}\n`;
}
