/**
 * The rules of fmnist-watch for Prometheus: recorded shares of bad events, and alerts on how fast they burn
 * the budget (SRE workbook, chapter 5). What is counted is in signals.ts, when it alerts in alert-rules.ts.
 */

import { alertRulesOf, type BurnAlert, type ShareAlert } from './alert-rules.js';
import { durationOf, durationText } from './durations.js';
import { type Identifier, identifiersOf } from './identifiers.js';
import { budgetOf, isRatio, type Objective, type Rules, stepOf } from './rules.js';
import { signalOf, type Term } from './signals.js';

/** Growth of a term's counters in a window. What has no series yet has not happened, unless it is needed to tell anything. */
function growth({ metric, matchers, needed }: Term, window: string): string {
  const labels = matchers.map(({ label, op, value }) => `${label}${op}${JSON.stringify(value)}`);
  const selector = labels.length === 0 ? metric : `${metric}{${labels.join(',')}}`;
  const sum = `round(sum(increase(${selector}${rangeOf(window, 1)})))`;
  return needed ? sum : `(${sum} or vector(0))`;
}

/** Events of a window; without value where there is no series of them. */
function events(objective: Objective, { series }: Identifier, window: string): string {
  if (objective.kind === 'up') return `count_over_time(${looks(series, window)})`;
  return growth({ ...signalOf(objective)!.total, needed: true }, window);
}

/** The looks that were not answered, as a series: of a target that is gone none are, and Prometheus has no `up` of it. */
const unanswered = (series: string) => `fmnist:${series}:unanswered`;

/**
 * A window whose ends hold the same samples in both versions: Prometheus 2 takes a sample at either end of a range, version 3 only
 * at the later. Growth is told by one sample more than the window has steps, looks by as many as it has.
 * Over the millisecond more `increase` extrapolates, which `round` takes back: events are whole.
 */
function rangeOf(window: string, more: 1 | -1): string {
  return `[${durationText((durationOf(window) ?? 0) + more)}]`;
}

const looks = (series: string, window: string) => `${unanswered(series)}${rangeOf(window, -1)}`;

/** The share of a window's events that were bad, or were of the class, as an expression; undefined where the service has no metric for it. */
export function shareOf(
  objective: Objective,
  name: Identifier,
  window: string,
): string | undefined {
  if (objective.kind === 'up')
    return `sum_over_time(${looks(name.series, window)}) / ${events(objective, name, window)}`;
  const signal = signalOf(objective);
  if (!signal) return undefined;
  const terms = signal.part.map(
    (term, k) => `${term.sign < 0 ? ' - ' : k > 0 ? ' + ' : ''}${growth(term, window)}`,
  );
  const share = `${terms.length > 1 ? `(${terms.join('')})` : terms[0]} / ${events(objective, name, window)}`;
  // A label told anew changes what was counted in an older window.
  return terms.length > 1 ? `clamp(${share}, 0, 1)` : share;
}

/** A file of rules, in YAML whose texts are quoted as in JSON. */
export function prometheusRules(rules: Rules): string {
  const lines = [
    '# Made by fmnist-watch --prometheus: change the rules, and make it anew.',
    'groups:',
  ];
  const names = identifiersOf(rules.objectives);
  for (const [i, objective] of rules.objectives.entries()) {
    const entries = entriesOf(rules, objective, names[i]!);
    if (entries.length === 0) {
      lines.push(`  # ${objective.name} (${objective.kind}): the service has no metric for it.`);
      continue;
    }
    // Judged as often as fmnist-watch does.
    const interval = durationText(stepOf(rules));
    lines.push(`  - name: ${JSON.stringify(`fmnist ${objective.name}`)}`);
    lines.push(`    interval: ${interval}`, '    rules:', ...entries);
  }
  return `${lines.join('\n')}\n`;
}

function entriesOf(rules: Rules, objective: Objective, name: Identifier): string[] {
  const alerts = alertRulesOf(rules, objective);
  if (alerts.length === 0 || shareOf(objective, name, '1m') === undefined) return [];
  const longs = alerts.map((alert) => (alert.kind === 'burn' ? alert.long : alert.window));
  const shorts = alerts.flatMap((alert) => (alert.kind === 'burn' ? [alert.short] : []));
  const texts = (windows: readonly number[]) => new Set(windows.map(durationText));
  const answers =
    objective.kind === 'up'
      ? record(unanswered(name.series), '1 - (avg(up{job="fmnist"}) or vector(0))')
      : [];
  return [
    ...answers,
    ...[...texts([...shorts, ...longs])].flatMap((window) =>
      record(shareSeries(objective, name, window), shareOf(objective, name, window)!),
    ),
    ...[...texts(longs)].flatMap((window) =>
      record(eventSeries(name, window), events(objective, name, window)),
    ),
    ...alerts.flatMap((alert) =>
      alert.kind === 'burn'
        ? burnEntry(rules, objective, name, alert)
        : shareEntry(rules, objective, name, alert),
    ),
  ];
}

const shareSeries = (objective: Objective, { series }: Identifier, window: string) =>
  `fmnist:${series}:${isRatio(objective) ? 'bad_share' : 'share'}${window}`;
const eventSeries = ({ series }: Identifier, window: string) => `fmnist:${series}:events${window}`;

const record = (series: string, expression: string) => [
  `      - record: ${series}`,
  `        expr: ${JSON.stringify(expression)}`,
];

function burnEntry(
  rules: Rules,
  objective: Objective,
  name: Identifier,
  alert: BurnAlert,
): string[] {
  const { rate, limit, severity, least } = alert;
  const [far, near] = [durationText(alert.long), durationText(alert.short)];
  // Prometheus would take an alert that nothing can set off; a reader of the file should not count on it.
  if (limit > 1 && isRatio(objective))
    return [
      `      # No alert at a burn rate of ${rate} (${far}, ${near}): with every event bad it is ${Number((1 / budgetOf(objective)).toPrecision(3))}.`,
    ];
  const over = (window: string) => `${shareSeries(objective, name, window)} >= ${limit}`;
  return alertEntry(rules, {
    alert: `${name.alert}BurnsBudget`,
    expr: `${over(far)} and ${over(near)} and ${eventSeries(name, far)} >= ${least}`,
    labels: { severity, objective: objective.name, window: far },
    annotations: {
      summary: `${objective.name}: the error budget burns ${rate === 1 ? '' : `${rate} times `}faster than it may (${far}, ${near})`,
      description: '{{ $value | humanizePercentage }} of events are bad.',
    },
  });
}

function shareEntry(
  rules: Rules,
  objective: Objective,
  name: Identifier,
  alert: ShareAlert,
): string[] {
  const { from, to, severity, least } = alert;
  const window = durationText(alert.window);
  const share = shareSeries(objective, name, window);
  const about = objective.kind === 'class' ? objective.class : objective.name;
  return alertEntry(rules, {
    alert: `${name.alert}ShareOff`,
    expr: `(${share} < ${from} or ${share} > ${to}) and ${eventSeries(name, window)} >= ${least}`,
    labels: { severity, objective: objective.name },
    annotations: {
      summary: `${about}: {{ $value | humanizePercentage }} of predictions; ${from} to ${to} were expected`,
    },
  });
}

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** An alert, kept until the cool-down is over: Prometheus counts it from the first evaluation without it, fmnist-watch from the last one with it. */
function alertEntry(rules: Rules, { alert, expr, labels, annotations }: Alert): string[] {
  const keep = rules.coolDown - stepOf(rules);
  const texts = (entries: Readonly<Record<string, string>>) =>
    Object.entries(entries).map(([key, text]) => `          ${key}: ${JSON.stringify(text)}`);
  return [
    `      - alert: ${alert}`,
    `        expr: ${JSON.stringify(expr)}`,
    ...(keep > 0 ? [`        keep_firing_for: ${durationText(keep)}`] : []),
    '        labels:',
    ...texts(labels),
    '        annotations:',
    ...texts(annotations),
  ];
}
