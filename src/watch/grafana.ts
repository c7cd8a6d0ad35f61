/** A dashboard for Grafana from the same rules: budgets first, then traffic, latency, classes, confidence, the process. */

import { durationText } from './durations.js';
import { identifiersOf } from './identifiers.js';
import { shareOf } from './prometheus.js';
import { budgetOf, isRatio, type Objective, type Rules } from './rules.js';

/** The variable that the dashboard's reader chooses a source by. */
const source = { type: 'prometheus', uid: ['$', '{datasource}'].join('') };

interface Target {
  readonly expr: string;
  readonly legend: string;
}

interface PanelOptions {
  readonly unit?: string;
  readonly stacked?: boolean;
  readonly type?: 'timeseries' | 'stat' | 'heatmap';
  /** Where red begins. */
  readonly limit?: number;
  readonly max?: number;
}

/** JSON to import, or to provision. */
export function grafanaDashboard(rules: Rules): string {
  const rate = (metric: string, by = '') => `sum${by}(rate(${metric}[$__rate_interval]))`;
  const quantile = (q: number, metric: string) =>
    `histogram_quantile(${q}, ${rate(`${metric}_bucket`, ' by (le)')})`;
  const seconds = 'fmnist_http_request_duration_seconds';
  const names = identifiersOf(rules.objectives);
  const share = (objective: Objective, window: string) =>
    shareOf(objective, names[rules.objectives.indexOf(objective)]!, window);
  const ratios = rules.objectives.filter(isRatio);
  const classes = rules.objectives.filter((o) => o.kind === 'class' && o.class !== undefined);
  const fastest = rules.burn.reduce((a, b) => (b.long < a.long ? b : a));
  const panels = [
    ...ratios.map((objective) =>
      panel(
        `${objective.name}: burn rate of the budget (${durationText(fastest.long)})`,
        [
          {
            expr: `(${share(objective, durationText(fastest.long))}) / ${budgetOf(objective)}`,
            legend: objective.name,
          },
        ],
        { limit: fastest.rate },
      ),
    ),
    panel(
      'Requests',
      [{ expr: rate('fmnist_http_requests_total', ' by (status)'), legend: '{{status}}' }],
      { unit: 'reqps', stacked: true },
    ),
    panel(
      'Time to answer',
      [0.5, 0.9, 0.99].map((q) => ({ expr: quantile(q, seconds), legend: `p${100 * q}` })),
      { unit: 's' },
    ),
    panel(
      'Inference',
      [0.5, 0.99].map((q) => ({
        expr: quantile(q, 'fmnist_inference_duration_seconds'),
        legend: `p${100 * q}`,
      })),
      { unit: 's' },
    ),
    panel('Images of a batch', [
      {
        expr: `${rate('fmnist_batch_images_sum')} / ${rate('fmnist_batch_images_count')}`,
        legend: 'mean',
      },
    ]),
    panel('Images that wait', [
      { expr: 'sum by (model) (fmnist_queue_images)', legend: '{{model}}' },
    ]),
    panel(
      'Classes predicted',
      [{ expr: rate('fmnist_predictions_total', ' by (class)'), legend: '{{class}}' }],
      { stacked: true },
    ),
    ...classes.map((objective) =>
      objective.kind === 'class'
        ? panel(
            `${objective.class}: share of predictions`,
            [
              {
                expr: share(objective, durationText(objective.window)) ?? '',
                legend: objective.name,
              },
            ],
            { unit: 'percentunit', limit: objective.to, max: 1 },
          )
        : undefined,
    ),
    panel(
      'Confidence',
      [{ expr: rate('fmnist_prediction_confidence_ratio_bucket', ' by (le)'), legend: '{{le}}' }],
      { type: 'heatmap' },
    ),
    panel(
      'Feedback: share that was right',
      [
        {
          expr: `(${rate('fmnist_feedback_total{correct="true"}')} + ${rate('fmnist_feedback_changed_total{correct="true"}')} - ${rate('fmnist_feedback_changed_total{correct="false"}')}) / ${rate('fmnist_feedback_total')}`,
          legend: 'accuracy',
        },
      ],
      { unit: 'percentunit', max: 1 },
    ),
    panel('Models in service', [{ expr: 'fmnist_model_info', legend: '{{model}} {{version}}' }], {
      type: 'stat',
    }),
    panel('Reloads and crashes', [
      {
        expr: 'sum by (result) (increase(fmnist_model_reloads_total[$__rate_interval]))',
        legend: 'reload {{result}}',
      },
      { expr: 'sum(increase(fmnist_worker_crashes_total[$__rate_interval]))', legend: 'crashes' },
    ]),
    panel('Memory', [{ expr: 'process_resident_memory_bytes{job="fmnist"}', legend: 'resident' }], {
      unit: 'bytes',
    }),
    panel(
      'Delay of the event loop',
      [{ expr: 'nodejs_eventloop_delay_p99_seconds', legend: 'p99' }],
      { unit: 's' },
    ),
  ].filter((made) => made !== undefined);
  const placed = panels.map((made, i) => ({
    id: i + 1,
    gridPos: { x: 8 * (i % 3), y: 8 * Math.floor(i / 3), w: 8, h: 8 },
    ...made,
  }));
  const dashboard = {
    title: 'fmnist',
    uid: 'fmnist',
    tags: ['fmnist'],
    timezone: 'browser',
    schemaVersion: 39,
    refresh: '10s',
    time: { from: 'now-1h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', type: 'datasource', query: 'prometheus', label: 'Source' }],
    },
    panels: placed,
  };
  return `${JSON.stringify(dashboard, null, 2)}\n`;
}

function panel(title: string, targets: readonly Target[], options: PanelOptions = {}) {
  const { unit = 'short', stacked = false, type = 'timeseries', limit, max } = options;
  const steps = [
    { color: 'green', value: null },
    ...(limit === undefined ? [] : [{ color: 'red', value: limit }]),
  ];
  const drawn = {
    fillOpacity: stacked ? 30 : 5,
    stacking: { mode: stacked ? 'normal' : 'none' },
    thresholdsStyle: { mode: limit === undefined ? 'off' : 'line' },
  };
  return {
    title,
    type,
    datasource: source,
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(max === undefined ? {} : { max }),
        thresholds: { mode: 'absolute', steps },
        ...(type === 'timeseries' ? { custom: drawn } : {}),
      },
      overrides: [],
    },
    options:
      type === 'timeseries'
        ? { legend: { displayMode: 'list', placement: 'bottom' }, tooltip: { mode: 'multi' } }
        : {},
    targets: targets.map(({ expr, legend }, i) => ({
      refId: String.fromCharCode(65 + i),
      datasource: source,
      expr,
      legendFormat: legend,
      ...(type === 'heatmap' ? { format: 'heatmap' } : {}),
    })),
  };
}
