/** /metrics read as strictly as Prometheus' own reader does, and against what the manual promises. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readExposition } from '../../../src/serve/web/exposition.js';
import { bar, barsPath, openService } from '../../support/service.js';

const test = suite('serve/metrics');
const sample =
  /^([a-z_][a-z0-9_]*)(\{[a-z]+="(?:[^"\\\n]|\\["\\n])*"(?:,[a-z]+="(?:[^"\\\n]|\\["\\n])*")*\})? (-?[0-9.e+-]+|NaN|[+-]Inf)$/;

/** Its families by name with their kinds; throws where a line breaks the format. */
function strictly(text: string): Map<string, string> {
  const kinds = new Map<string, string>();
  const seen = new Set<string>();
  assert.is(text.at(-1), '\n');
  let [family, kind] = ['', ''];
  for (const [i, line] of text.slice(0, -1).split('\n').entries()) {
    const [, told, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (told === 'HELP') {
      assert.not.ok(kinds.has(name), `${name} is told of once`);
      [family, kind] = [name, ''];
    } else if (told === 'TYPE') {
      assert.equal([name, kind], [family, ''], `line ${i + 1}`);
      kind = rest;
      kinds.set(name, kind);
      assert.is(kind === 'counter', name.endsWith('_total'), `${name} is a ${kind}`);
    } else {
      const [, series = '', labels = ''] = sample.exec(line) ?? [];
      const ends = kind === 'histogram' ? ['_bucket', '_sum', '_count'] : [''];
      assert.ok(
        kind !== '' && ends.some((end) => series === family + end),
        `line ${i + 1}: ${line}`,
      );
      assert.not.ok(seen.has(series + labels), `twice: ${line}`);
      seen.add(series + labels);
    }
  }
  return kinds;
}

const text = async () => {
  const names = ['one', 'odd "name" \\'];
  const models = names.map((name) => ({ name, path: barsPath }));
  const { app, close } = await openService({}, {}, models);
  const payload = JSON.stringify({
    images: [bar(0), bar(1), bar(1).map((r) => r.map((v) => 255 - v))],
  });
  for (const name of names) {
    const url = `/v1/predict?model=${encodeURIComponent(name)}`;
    const answer = await app.inject({
      method: 'POST',
      url,
      payload,
      headers: { 'content-type': 'application/json' },
    });
    assert.is(answer.statusCode, 200, answer.body);
  }
  await app.inject({ method: 'POST', url: '/v1/predict', payload: '{' });
  await app.inject({ url: '/nowhere/"\\' });
  const { body, headers } = await app.inject({ url: '/metrics' });
  assert.match(String(headers['content-type']), 'text/plain; version=0.0.4');
  await close();
  return body;
};

test('every line is in its family, of its kind, once', async () => {
  const kinds = strictly(await text());
  const histograms = [
    'http_request_duration_seconds',
    'inference_duration_seconds',
    'batch_images',
  ];
  for (const name of [...histograms, 'prediction_confidence_ratio'])
    assert.is(kinds.get(`fmnist_${name}`), 'histogram', name);
  for (const name of ['http_requests', 'predictions', 'inverted_images', 'worker_crashes'])
    assert.is(kinds.get(`fmnist_${name}_total`), 'counter', name);
  for (const name of [
    'fmnist_queue_images',
    'fmnist_workers',
    'fmnist_model_info',
    'fmnist_build_info',
  ])
    assert.is(kinds.get(name), 'gauge', name);
  for (const name of ['process_resident_memory_bytes', 'process_start_time_seconds'])
    assert.is(kinds.get(name), 'gauge', name);
  assert.is(kinds.get('process_cpu_seconds_total'), 'counter');
});

test('histograms rise to their count, from half a millisecond', async () => {
  const body = await text();
  const families = readExposition(body);
  const names = [...strictly(body)].filter(([, kind]) => kind === 'histogram');
  for (const [name] of names) {
    const counts = families.get(`${name}_count`) ?? [];
    for (const { labels, value } of counts) {
      const buckets = (families.get(`${name}_bucket`) ?? []).filter(({ labels: other }) =>
        Object.entries(labels).every(([key, of]) => other[key] === of),
      );
      const bounds = buckets.map(({ labels: { le } }) =>
        le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le),
      );
      assert.equal(
        bounds,
        [...new Set(bounds)].sort((a, b) => a - b),
        name,
      );
      assert.is(bounds.at(-1), Number.POSITIVE_INFINITY);
      if (name.endsWith('_seconds')) assert.is(bounds[0], 0.0005);
      const rising = buckets.map((bucket) => bucket.value);
      assert.equal(
        rising,
        [...rising].sort((a, b) => a - b),
        name,
      );
      assert.is(rising.at(-1), value, name);
    }
  }
  const of = (name: string, model: string) =>
    families.get(name)?.find(({ labels }) => labels.model === model)?.value;
  const odd = 'odd "name" \\';
  assert.is(of('fmnist_inverted_images_total', odd), 1);
  assert.is(of('fmnist_prediction_confidence_ratio_count', odd), 3);
  assert.is(of('fmnist_model_info', odd), 1);
});

test('the reader refuses what is wrong', () => {
  // uvu's throws() lets its own assertions pass.
  const refused = (wrong: string) => {
    try {
      return !strictly(wrong);
    } catch {
      return true;
    }
  };
  const [help, gauge] = ['# HELP a b\n', '# TYPE a gauge\n'];
  assert.not.ok(refused(`${help}${gauge}a 1\n`));
  for (const wrong of [
    'a 1\n',
    `${help}${gauge}a 1\na 1\n`,
    `${help}${gauge}b 1\n`,
    `${help}a 1\n`,
  ])
    assert.ok(refused(wrong), wrong);
  assert.ok(refused(`${help}# TYPE a counter\na 1\n`));
  assert.ok(refused(`${help}${gauge}a{b="\\x"} 1\n`));
});

test('what has not happened yet stands there as 0, so that its first time is a growth', async () => {
  const service = await openService();
  const { body } = await service.app.inject({ url: '/metrics' });
  await service.close();
  for (const line of [
    'fmnist_http_requests_total{method="POST",route="/v1/predict",status="503"} 0',
    'fmnist_http_requests_total{method="POST",route="/v2/models/:name/infer",status="500"} 0',
    'fmnist_http_request_duration_seconds_bucket{route="/predict",le="0.05"} 0',
    'fmnist_http_request_duration_seconds_count{route="/predict"} 0',
    'fmnist_prediction_confidence_ratio_count{model="bars"} 0',
    'fmnist_worker_crashes_total{model="bars"} 0',
    'fmnist_model_reloads_total{model="bars",result="failed"} 0',
  ])
    assert.ok(body.includes(`${line}\n`), line);
});

test.run();
