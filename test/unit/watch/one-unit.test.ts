/** The log and the metrics of a service tell the same events of the same traffic. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { AnyRecord } from '../../../src/ndjson/records.js';
import { LogEvents, toldByLog } from '../../../src/watch/log-events.js';
import { MetricsEvents } from '../../../src/watch/metrics.js';
import { readWatchRules } from '../../../src/watch/read-rules.js';
import { RequestLatencies } from '../../../src/watch/request-latencies.js';
import { Watcher } from '../../../src/watch/watcher.js';
import { openService } from '../../support/service.js';

const test = suite('watch/one-unit');
const rules = readWatchRules(
  JSON.stringify({
    objectives: [
      ...['500ms', '10ms', '5ms', '2.5ms', '1ms'].map((below) => ({
        ...{ name: below, kind: 'latency', below, share: 0.9 },
      })),
      { name: 'sure', kind: 'confidence', least: 0.5, share: 0.9 },
      { name: 'right', kind: 'accuracy', share: 0.9 },
      { name: 'third', kind: 'class', class: 'third', label: 2, to: 0.5 },
    ],
  }),
  'rules',
);

test('a request counts once, with its slowest image; an id that comes again is another request', () => {
  const requests = new RequestLatencies();
  const noted = [
    ['a', 0, 5],
    ['a', 1, 9],
    ['b', 0, 1],
    ['a', 2, 7],
    ['a', 0, 3],
  ].map(([id, index, ms]) => requests.note(String(id), Number(index), Number(ms)));
  assert.equal(noted, [undefined, 5, undefined, 9, undefined]);
});

test('latency, confidence, accuracy and classes by the log are those by the metrics', async () => {
  const records: AnyRecord[] = [];
  const service = await openService({ batch: 4 });
  try {
    service.context.onAnswered.push(
      ({ id, start, count, best, classes, probabilities, milliseconds, labels }) => {
        for (let i = 0; i < count; i++)
          records.push({
            type: 'served',
            time: new Date().toISOString(),
            ...{ id, index: start + i, ms: milliseconds },
            prediction: classes.labels[best[i]!]!,
            confidence: probabilities[i * classes.labels.length + best[i]!]!,
            ...(labels ? { label: labels[start + i] } : {}),
          });
      },
    );
    const ask = (url: string, payload: object) =>
      service.app.inject({ method: 'POST', url, payload: JSON.stringify(payload) });
    const image = (row: number) =>
      Array.from({ length: 30 }, (_, i) => (Math.floor(i / 5) === row ? 220 : 10));
    for (const count of [1, 30, 3, 7]) {
      const images = Array.from({ length: count }, (_, i) => image((i % 3) + 1));
      const answer = await ask('/v1/predict', { images });
      assert.is(answer.statusCode, 200, answer.body);
      const id = String(answer.headers['x-request-id']);
      // Told twice: the last label counts, once.
      for (const label of [1, 2]) {
        await ask('/v1/feedback', { id, index: 0, label });
        records.push({ type: 'feedback', time: new Date().toISOString(), id, index: 0, label });
      }
    }
    assert.is((await ask('/v1/predict', { pixels: [1] })).statusCode, 400);
    const { body } = await service.app.inject({ url: '/metrics' });
    assert.match(body, /fmnist_predictions_total\{model="bars",class="[^"]+"\} 0\n/);
    const byMetrics = new MetricsEvents(rules, 'service', toldByLog, true)
      .look(body)
      .map(({ objective, good, total }) => [rules.objectives[objective]!.name, good, total]);
    const watcher = new Watcher(rules);
    const log = new LogEvents(watcher, () => false);
    for (const record of records) for (const _ of log.take(record));
    const byLog = watcher.summary().map(({ name, good, total }) => [name, good, total]);
    assert.equal(byMetrics, byLog);
    assert.equal(byLog[0], ['500ms', 4, 4], 'requests, not their 41 images');
    assert.is(byLog[5]?.[2], 41);
    assert.is(byLog[6]?.[2], 4);
  } finally {
    await service.close();
  }
});

test.run();
