/** Counters of a service → events: growth, restarts, buckets, and services that do not answer. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { MetricsEvents } from '../../../src/watch/metrics.js';
import { readWatchRules } from '../../../src/watch/read-rules.js';
import { openService } from '../../support/service.js';

const test = suite('watch/metrics');
const rules = readWatchRules(
  JSON.stringify({
    objectives: [
      { name: 'latency', kind: 'latency', below: '50ms', share: 0.99 },
      { name: 'errors', kind: 'errors', share: 0.999 },
      { name: 'up', kind: 'up', share: 0.99 },
      { name: 'sure', kind: 'confidence', least: 0.5, share: 0.9 },
      { name: 'right', kind: 'accuracy', share: 0.9 },
      { name: 'mix', kind: 'class', class: 'third', to: 0.5 },
    ],
  }),
  'rules',
);
const told = () => true;
const text = (fine: number, failed: number, fast: number) => `
fmnist_http_requests_total{method="POST",route="/v1/predict",status="200"} ${fine}
fmnist_http_requests_total{method="POST",route="/v1/predict",status="503"} ${failed}
fmnist_http_requests_total{method="GET",route="/health",status="500"} 99
fmnist_http_request_duration_seconds_bucket{route="/v1/predict",le="0.05"} ${fast}
fmnist_http_request_duration_seconds_bucket{route="/v1/predict",le="+Inf"} ${fine + failed}
fmnist_http_request_duration_seconds_count{route="/v1/predict"} ${fine + failed}
`;
const of = (events: ReturnType<MetricsEvents['look']>, index: number) => {
  const found = events.find(({ objective }) => objective === index);
  return found && [found.good, found.total];
};

test('growth between two looks; the first is where it begins', () => {
  const metrics = new MetricsEvents(rules, 'here', told);
  assert.equal(metrics.look(text(100, 1, 90)), [{ objective: 2, good: 1, total: 1 }]);
  const events = metrics.look(text(150, 3, 130));
  assert.equal(
    [of(events, 0), of(events, 1), of(events, 2)],
    [
      [40, 52],
      [50, 52],
      [1, 1],
    ],
  );
  assert.equal(metrics.look(undefined), [{ objective: 2, good: 0, total: 1 }]);
  const anew = metrics.look(text(7, 1, 8));
  assert.equal(
    [of(anew, 0), of(anew, 1)],
    [
      [8, 8],
      [7, 8],
    ],
    'the service began anew',
  );
});

test('looked at once, all that it counted', () => {
  const events = new MetricsEvents(rules, 'here', told, true).look(text(100, 1, 90));
  assert.equal(
    [of(events, 0), of(events, 1)],
    [
      [90, 101],
      [100, 101],
    ],
  );
});

test('a bound without a bucket is named', () => {
  const odd = readWatchRules(
    '{"objectives":[{"name":"l","kind":"latency","below":"33ms","share":0.9}]}',
    'rules',
  );
  assert.throws(
    () => new MetricsEvents(odd, 'here', told).look(text(1, 0, 1)),
    /^here: objective 'l': the service has no bucket of 0.033; one of 0.05 was expected$/,
  );
});

test('what fmnist-serve says is understood', async () => {
  const service = await openService();
  try {
    const ask = (row: number) =>
      service.app.inject({
        method: 'POST',
        url: '/v1/predict',
        payload: JSON.stringify({
          pixels: Array.from({ length: 30 }, (_, i) => (Math.floor(i / 5) === row ? 220 : 10)),
        }),
      });
    for (const row of [3, 3, 1]) await ask(row);
    const body = async () => (await service.app.inject({ url: '/metrics' })).body;
    const events = new MetricsEvents(rules, 'service', told, true).look(await body());
    assert.equal(of(events, 1), [3, 3]);
    assert.equal(of(events, 3), [3, 3]);
    assert.equal(of(events, 5), [2, 3], 'two of three are the third class');
    assert.equal(of(events, 0)?.[1], 3);
  } finally {
    await service.close();
  }
});

test.run();
