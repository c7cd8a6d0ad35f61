/** The rules for Prometheus, read and run by Prometheus' own promtool where there is one (`make deploy-lint`, or on PATH). */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { exampleRules } from '../../../src/watch/example.js';
import { prometheusRules } from '../../../src/watch/prometheus.js';
import { readWatchRules } from '../../../src/watch/read-rules.js';
import { deployTool } from '../../support/deploy-tools.js';
import { needing } from '../../support/needing.js';
import { openService } from '../../support/service.js';

const test = suite('watch/promtool');
const promtool = deployTool('promtool');

function checked(words: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync(promtool, words, { encoding: 'utf8', input });
  assert.is(status, 0, `${stdout}${stderr}`);
  return stdout + stderr;
}

/** What comes in each minute, from the start: `+` a minute, for so many minutes. */
const series = (name: string, each: number) => ({ series: name, values: `0+${each}x400` });

/** The alerts that stand after so many minutes: name → windows. */
const alertTest = (minute: number, alert: string, share: number, windows: readonly string[]) => ({
  eval_time: `${minute}m`,
  alertname: alert,
  exp_alerts: windows.map((window) => ({
    exp_labels: {
      severity: window === '3d' ? 'ticket' : 'page',
      objective: 'errors',
      window,
    },
    exp_annotations: {
      summary: `errors: the error budget burns ${{ '1h': '14.4 times ', '6h': '6 times ', '3d': '' }[window]}faster than it may (${window}, ${{ '1h': '5m', '6h': '30m', '3d': '6h' }[window]})`,
      description: `${share}% of events are bad.`,
    },
  })),
});

const byPromtool = needing(
  test,
  existsSync(promtool) ? undefined : "no promtool; 'make deploy-lint' installs it where apt can",
);

byPromtool('the rules are understood, and alert when the budget burns and only then', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fmnist-promtool-'));
  try {
    const rules = join(folder, 'rules.yml');
    writeFileSync(rules, prometheusRules(readWatchRules(exampleRules, 'example')));
    assert.match(checked(['check', 'rules', rules]), /SUCCESS: 57 rules found/);
    const requests = (status: number) =>
      `fmnist_http_requests_total{method="POST",route="/v1/predict",status="${status}"}`;
    const name = 'FmnistErrorsBurnsBudget';
    const units = {
      rule_files: [rules],
      evaluation_interval: '1m',
      tests: [
        // A hundredth of the requests fails: ten times the budget, above 6 and below 14.4.
        {
          interval: '1m',
          input_series: [series(requests(200), 990), series(requests(503), 10)],
          alert_rule_test: [alertTest(390, name, 1, ['6h', '3d'])],
        },
        // Half of it: above 1 only.
        {
          interval: '1m',
          input_series: [series(requests(200), 995), series(requests(503), 5)],
          alert_rule_test: [alertTest(390, name, 0.5, ['3d'])],
        },
        // As many failed probes of its health are none of the objective's.
        {
          interval: '1m',
          input_series: [
            series(requests(200), 1000),
            series('fmnist_http_requests_total{route="/ready",status="503"}', 100),
          ],
          alert_rule_test: [alertTest(390, name, 0, [])],
        },
      ],
    };
    const file = join(folder, 'test.yml');
    // JSON is YAML.
    writeFileSync(file, JSON.stringify(units));
    checked(['test', 'rules', file]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test('the figures of a service are as Prometheus wants them', async () => {
  if (!existsSync(promtool)) return;
  const service = await openService();
  try {
    const { body } = await service.app.inject('/metrics');
    assert.is(checked(['check', 'metrics'], body), '');
  } finally {
    await service.close();
  }
});

test.run();
