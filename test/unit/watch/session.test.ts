/** fmnist-watch at a service, looking at its metrics again and again: it alerts when it falls silent, and ends when it can't go on. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { endChildren, startProgram } from '../../support/child.js';
import { openService } from '../../support/service.js';

const test = suite('watch/session');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-watch-'));
test.after.each(endChildren);
test.after(() => rmSync(folder, { recursive: true, force: true }));

async function watched(rules: object, ...further: string[]) {
  const service = await openService();
  const address = await service.app.listen({ host: '127.0.0.1', port: 0 });
  writeFileSync(join(folder, 'rules.json'), JSON.stringify(rules));
  const words = ['--follow', '--interval', '200ms', '--metrics', address, ...further, 'rules.json'];
  const watch = startProgram('fmnist-watch', words, folder);
  const records = text(watch.process.stdout).then((lines) =>
    lines
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  );
  return { service, address, watch, records };
}

test('a service that falls silent is told of', async () => {
  const { service, watch, records } = await watched({
    objectives: [{ name: 'up', kind: 'up', share: 0.9 }],
    burn: [{ long: '10s', short: '5s', rate: 2, severity: 'page' }],
    least: 5,
  });
  const alerted = new Promise<void>((resolve) =>
    watch.process.stdout.on('data', (chunk) => {
      if (String(chunk).includes('"alert"')) resolve();
    }),
  );
  await new Promise((resolve) => setTimeout(resolve, 1500));
  await service.close();
  await alerted;
  watch.process.kill('SIGTERM');
  assert.is(await watch.ended, 3, watch.stderr());
  const [run, alert, slo, ...others] = await records;
  assert.is(run.type, 'run');
  assert.equal(
    [alert.type, alert.state, alert.objective, alert.severity, alert.limit],
    ['alert', 'firing', 'up', 'page', 2],
  );
  assert.ok(alert.value >= 2 && alert.value <= 10, String(alert.value));
  assert.equal(
    [slo.type, slo.name, slo.met, slo.firing, others.length],
    ['slo', 'up', false, true, 0],
  );
  // Once, though it looked several times.
  assert.is(watch.stderr().match(/^fmnist-watch: warning: http.*ECONNREFUSED/gm)?.length, 1);
});

test('an objective that the service cannot tell ends it in one line', async () => {
  const { service, address, watch, records } = await watched({
    objectives: [{ name: 'latency', kind: 'latency', below: '33ms', share: 0.9 }],
  });
  assert.is(await watch.ended, 1);
  assert.equal(
    watch.stderr(),
    `fmnist-watch: ${address}/metrics: objective 'latency': the service has no bucket of 0.033; one of 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10 was expected\n`,
  );
  assert.equal(
    (await records).map(({ type }) => type),
    ['run'],
  );
  await service.close();
});

test('a state that cannot be kept ends it in one line', async () => {
  const rules = {
    objectives: [{ name: 'up', kind: 'up', share: 0.9 }],
    burn: [{ long: '10s', short: '5s', rate: 2, severity: 'page' }],
    least: 1,
  };
  const { service, watch } = await watched(rules, '--state', 'no/state');
  await service.close();
  assert.is(await watch.ended, 1, watch.stderr());
  assert.match(
    watch.stderr(),
    /\nfmnist-watch: no\/state: cannot be written: there is no folder no\n$/,
  );
});

test.run();
