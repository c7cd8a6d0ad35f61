/** The same rules for Prometheus: recorded shares of bad events, and alerts on how fast they burn the budget (SRE workbook, chapter 5). */

import { durationText } from './durations.js';
import {
  type BurnRule,
  budgetOf,
  isRatio,
  type Objective,
  type RatioObjective,
  type Rules,
} from './rules.js';

const routes = 'route=~".*(predict|infer).*"';

/** The share of bad events in a window, as an expression; undefined where the service has no metric for it. */
export function badShare(objective: Objective, window: string): string | undefined {
  const rate = (metric: string, labels = '') =>
    `sum(rate(${metric}${labels === '' ? '' : `{${labels}}`}[${window}]))`;
  if (objective.kind === 'errors') {
    const name = 'fmnist_http_requests_total';
    return `${rate(name, `${routes},status=~"5.."`)} / ${rate(name, routes)}`;
  }
  if (objective.kind === 'latency') {
    const name = 'fmnist_http_request_duration_seconds';
    const le = (objective.bound ?? 0) / 1000;
    return `1 - ${rate(`${name}_bucket`, `${routes},le="${le}"`)} / ${rate(`${name}_count`, routes)}`;
  }
  if (objective.kind === 'confidence') {
    const name = 'fmnist_prediction_confidence_ratio';
    return `${rate(`${name}_bucket`, `le="${objective.bound}"`)} / ${rate(`${name}_count`)}`;
  }
  if (objective.kind === 'accuracy') {
    const name = 'fmnist_feedback_total';
    return `${rate(name, 'correct="false"')} / ${rate(name)}`;
  }
  if (objective.kind === 'up') return `1 - avg(avg_over_time(up{job="fmnist"}[${window}]))`;
  return undefined;
}

/** A class's share of the predictions. */
export function classShare(name: string, window: string): string {
  const all = `sum(rate(fmnist_predictions_total[${window}]))`;
  return `sum(rate(fmnist_predictions_total{class=${JSON.stringify(name)}}[${window}])) / ${all}`;
}

const slug = (name: string) => name.replace(/\W+/g, '_').replace(/^(\d)/, '_$1');
const camel = (name: string) =>
  `Fmnist_${name}`.replace(/[^a-zA-Z0-9]+(.)?/g, (_, c: string | undefined) =>
    (c ?? '').toUpperCase(),
  );
const recorded = ({ name }: Objective, window: string) => `fmnist:${slug(name)}:bad_share${window}`;

/** A file of rules, in YAML whose texts are quoted as in JSON. */
export function prometheusRules(rules: Rules): string {
  const lines = [
    '# Made by fmnist-watch --prometheus: change the rules, and make it anew.',
    'groups:',
  ];
  for (const objective of rules.objectives) {
    const entries = isRatio(objective) ? burnEntries(rules, objective) : plainEntries(objective);
    if (entries.length === 0) {
      lines.push(`  # ${objective.name} (${objective.kind}): the service has no metric for it.`);
      continue;
    }
    lines.push(`  - name: ${JSON.stringify(`fmnist ${objective.name}`)}`, '    rules:', ...entries);
  }
  return `${lines.join('\n')}\n`;
}

function burnEntries({ burn }: Rules, objective: RatioObjective): string[] {
  const windows = new Set(
    burn.flatMap(({ long, short }) => [durationText(short), durationText(long)]),
  );
  const records = [...windows].flatMap((window) => [
    `      - record: ${recorded(objective, window)}`,
    `        expr: ${JSON.stringify(badShare(objective, window))}`,
  ]);
  return [...records, ...burn.flatMap((rule) => burnAlert(objective, rule))];
}

function burnAlert(objective: RatioObjective, { long, short, rate, severity }: BurnRule): string[] {
  const limit = Number((rate * budgetOf(objective)).toPrecision(6));
  const [far, near] = [durationText(long), durationText(short)];
  // Prometheus would take an alert that nothing can set off; a reader of the file should not count on it.
  if (limit > 1)
    return [
      `      # No alert at a burn rate of ${rate} (${far}, ${near}): with every event bad it is ${Number((1 / budgetOf(objective)).toPrecision(3))}.`,
    ];
  const over = (window: string) => `${recorded(objective, window)} >= ${limit}`;
  return [
    `      - alert: ${camel(objective.name)}BurnsBudget`,
    `        expr: ${JSON.stringify(`${over(far)} and ${over(near)}`)}`,
    '        labels:',
    `          severity: ${JSON.stringify(severity)}`,
    `          objective: ${JSON.stringify(objective.name)}`,
    `          window: ${JSON.stringify(far)}`,
    '        annotations:',
    `          summary: ${JSON.stringify(`${objective.name}: the error budget burns ${rate === 1 ? '' : `${rate} times `}faster than it may (${far}, ${near})`)}`,
    `          description: ${JSON.stringify('{{ $value | humanizePercentage }} of events are bad.')}`,
  ];
}

function plainEntries(objective: Objective): string[] {
  if (objective.kind !== 'class' || objective.class === undefined) return [];
  const { class: name, from, to, window, severity } = objective;
  const share = classShare(name, durationText(window));
  return [
    `      - alert: ${camel(objective.name)}ShareOff`,
    `        expr: ${JSON.stringify(`(${share} < ${from}) or (${share} > ${to})`)}`,
    '        for: 5m',
    '        labels:',
    `          severity: ${JSON.stringify(severity)}`,
    `          objective: ${JSON.stringify(objective.name)}`,
    '        annotations:',
    `          summary: ${JSON.stringify(`${name}: {{ $value | humanizePercentage }} of predictions; ${from} to ${to} were expected`)}`,
  ];
}
