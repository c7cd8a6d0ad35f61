/**
 * The rules of fmnist-watch and those it writes for Prometheus, alert by alert on the same simulated traffic. PROMTOOL
 * names another promtool: of Prometheus 3, say.
 */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MetricsEvents } from '../../../src/watch/metrics.js';
import { prometheusRules } from '../../../src/watch/prometheus.js';
import { readWatchRules } from '../../../src/watch/read-rules.js';
import { Watcher } from '../../../src/watch/watcher.js';
import { deployTool } from '../../support/deploy-tools.js';
import { needing } from '../../support/needing.js';

const test = suite('watch/agreement');
const promtool = process.env.PROMTOOL ?? deployTool('promtool');
const minutes = 360;
const rules = readWatchRules(
  JSON.stringify({
    objectives: [
      { name: 'errors', kind: 'errors', share: 0.95 },
      { name: 'slow', kind: 'latency', below: '1s', share: 0.9 },
      { name: 'sure', kind: 'confidence', least: 0.5, share: 0.9 },
      { name: 'right', kind: 'accuracy', share: 0.95 },
      { name: 'shirts', kind: 'class', class: 'Shirt', from: 0.02, to: 0.4, window: '20m' },
      { name: 'up', kind: 'up', share: 0.9 },
    ],
    burn: [
      { long: '30m', short: '5m', rate: 4, severity: 'page' },
      { long: '2h', short: '30m', rate: 2, severity: 'ticket' },
    ],
    coolDown: '10m',
    least: 20,
  }),
  'rules',
);

/** Series → events of a minute; undefined while the service is gone. Few a minute at first, then many, with troubles among them. */
function traffic(minute: number): Record<string, number> | undefined {
  if (minute > 300 && minute <= 330) return undefined;
  const among = (from: number, to: number) => minute > from && minute <= to;
  const count = minute <= 40 ? Number(minute % 5 === 0) : 20;
  const failed = among(30, 35) || among(60, 75) || among(240, 243) ? Math.ceil(count / 2) : 0;
  const slow = among(100, 145) ? Math.ceil(count * 0.6) : 0;
  const doubtful = among(150, 200) ? Math.ceil(count * 0.7) : 0;
  const shirts =
    minute <= 180 ? 0 : among(250, 280) ? Math.ceil(count * 0.8) : Math.ceil(count / 10);
  const wrong = among(160, 175) ? count : 0;
  const changed = among(176, 178) ? count : 0;
  const route = 'route="/v1/predict"';
  const seconds = 'fmnist_http_request_duration_seconds';
  const confidence = 'fmnist_prediction_confidence_ratio';
  return {
    [`fmnist_http_requests_total{${route},status="200"}`]: count - failed,
    [`fmnist_http_requests_total{${route},status="503"}`]: failed,
    'fmnist_http_requests_total{route="/ready",status="503"}': 7,
    [`${seconds}_bucket{${route},le="1"}`]: count - slow,
    [`${seconds}_count{${route}}`]: count,
    [`${confidence}_bucket{model="m",le="0.5"}`]: doubtful,
    [`${confidence}_count{model="m"}`]: count,
    'fmnist_predictions_total{model="m",class="Bag"}': count - shirts,
    ...(minute >= 180 ? { 'fmnist_predictions_total{model="m",class="Shirt"}': shirts } : {}),
    'fmnist_feedback_total{model="m",correct="true"}': count - wrong,
    'fmnist_feedback_total{model="m",correct="false"}': wrong,
    'fmnist_feedback_changed_total{model="m",correct="true"}': changed,
    'fmnist_feedback_changed_total{model="m",correct="false"}': 0,
  };
}

interface Simulation {
  /** Series → its values by minute; undefined where it is not told. */
  readonly series: Map<string, (number | undefined)[]>;
  /** Exposition by minute. */
  readonly texts: (string | undefined)[];
}

function simulated(): Simulation {
  const series = new Map<string, (number | undefined)[]>();
  const sums = new Map<string, number>();
  const texts = Array.from({ length: minutes + 1 }, (_, minute) => {
    const grown = traffic(minute);
    for (const [name, count] of Object.entries(grown ?? {})) {
      sums.set(name, minute === 0 ? 0 : (sums.get(name) ?? 0) + count);
      const values = series.get(name) ?? Array(minutes + 1).fill(undefined);
      values[minute] = sums.get(name);
      series.set(name, values);
    }
    const lines = [...sums].map(([name, value]) => `${name} ${value}\n`);
    return grown && lines.join('');
  });
  series.set(
    'up{job="fmnist"}',
    texts.map((text) => (text === undefined ? undefined : 1)),
  );
  return { series, texts };
}

/** By minute, `objective severity` of every alert that stands. */
function byWatch({ texts }: Simulation): string[][] {
  const watcher = new Watcher(rules);
  const metrics = new MetricsEvents(rules, 'simulated', () => true);
  return texts.map((text, minute) => {
    const time = minute * 60_000;
    for (const { objective, good, total } of metrics.look(text))
      for (const _ of watcher.count(time - 1, objective, good, total));
    for (const _ of watcher.advance(time));
    return Object.keys(watcher.state.firing).sort();
  });
}

/** The same of Prometheus, by what promtool says it has where no alert is expected; `1` is how version 2 stores a bound, `1.0` version 3. */
function byPrometheus({ series }: Simulation, bound: string, folder: string): string[][] {
  const text = prometheusRules(rules);
  const file = join(folder, 'rules.yml');
  writeFileSync(file, text);
  const names = [...new Set([...text.matchAll(/alert: (\w+)/g)].map(([, name]) => name!))];
  const told = (values: readonly (number | undefined)[]) =>
    values.map((v, i) => v ?? (i > 0 && values[i - 1] !== undefined ? 'stale' : '_')).join(' ');
  const unit = {
    rule_files: [file],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: [...series].map(([name, values]) => ({
          series: name.replace('le="1"', `le="${bound}"`),
          values: told(values),
        })),
        alert_rule_test: Array.from({ length: minutes + 1 }, (_, minute) =>
          names.map((alertname) => ({ eval_time: `${minute}m`, alertname, exp_alerts: [] })),
        ).flat(),
      },
    ],
  };
  const units = join(folder, 'units.yml');
  writeFileSync(units, JSON.stringify(unit));
  const { stdout, stderr } = spawnSync(promtool, ['test', 'rules', units], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  const found = Array.from({ length: minutes + 1 }, () => new Set<string>());
  let minute = 0;
  for (const line of `${stdout}${stderr}`.split('\n')) {
    const [, hours = 0, rest = 0] = /time: (?:(\d+)h)?(?:(\d+)m)?/.exec(line) ?? [];
    if (/alertname: \w+, time:/.test(line)) minute = 60 * Number(hours) + Number(rest);
    const [, objective, severity] = /objective="(\w+)", severity="(\w+)"/.exec(line) ?? [];
    if (objective !== undefined) found[minute]!.add(`${objective} ${severity}`);
  }
  return found.map((set) => [...set].sort());
}

needing(
  test,
  existsSync(promtool) ? undefined : "no promtool; 'make deploy-lint' installs it where apt can",
)('fmnist-watch and Prometheus have the same alerts in every minute', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fmnist-agreement-'));
  try {
    const simulation = simulated();
    const own = byWatch(simulation);
    assert.equal(
      [...new Set(own.flat())].sort(),
      [
        ...[
          'errors page',
          'errors ticket',
          'right page',
          'right ticket',
          'shirts ticket',
          'slow page',
        ],
        ...['slow ticket', 'sure page', 'sure ticket', 'up page', 'up ticket'],
      ],
      'the traffic sets off each of them',
    );
    for (const bound of ['1', '1.0']) {
      const theirs = byPrometheus(simulation, bound, folder);
      const apart = own.flatMap((alerts, minute) =>
        String(alerts) === String(theirs[minute])
          ? []
          : [`${minute}: ${alerts} | ${theirs[minute]}`],
      );
      process.stdout.write(
        `FIGURE: minutes with the same alerts, le="${bound}": ${own.length - apart.length} of ${own.length}\n`,
      );
      assert.equal(apart, []);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test.run();
