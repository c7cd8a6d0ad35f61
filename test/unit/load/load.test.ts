/** fmnist-load's arithmetic: times in buckets, due times, objectives; and that a stall is not hidden. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { AnswerParser } from '../../../src/load/answer-parser.js';
import { arrivalTimes } from '../../../src/load/arrivals.js';
import { LatencyHistogram } from '../../../src/load/histogram.js';
import { Measurement } from '../../../src/load/measurement.js';
import { checkObjective, parseObjectives } from '../../../src/load/objective.js';
import { makePayloads } from '../../../src/load/payloads.js';
import { loadRecord } from '../../../src/load/records.js';
import { RequestCounters } from '../../../src/load/request-counters.js';
import { Generator } from '../../../src/random/generator.js';
import { deriveKey } from '../../../src/random/key.js';

const test = suite('load');
const generator = () => new Generator(deriveKey(1, 'test'));

test('quantiles are within 1/128 of those of the sorted times, also of merged histograms', () => {
  const random = generator();
  const times = Array.from({ length: 5000 }, () => Math.exp(4 * random.normal()));
  const [whole, left, right] = [
    new LatencyHistogram(),
    new LatencyHistogram(),
    new LatencyHistogram(),
  ];
  for (const [i, time] of times.entries()) {
    whole.record(time);
    (i % 3 === 0 ? left : right).record(time);
  }
  left.add(right);
  const sorted = times.toSorted((a, b) => a - b);
  for (const share of [0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1]) {
    const exact = sorted[Math.ceil(share * sorted.length) - 1]!;
    const found = whole.quantile(share);
    assert.ok(Math.abs(found - exact) <= exact / 128 + 0.001, `${share}: ${found}, not ${exact}`);
    assert.is(left.quantile(share), found);
  }
  assert.is(left.max, sorted.at(-1));
  assert.is(left.count, 5000);
  assert.equal(left.entries(), whole.entries());
});

test('arrivals: as many as the rate says, fewer while it grows', () => {
  const even = arrivalTimes({ kind: 'even', rate: 100, ramp: 0, duration: 1 }, generator());
  assert.is(even.length, 100);
  assert.ok(Math.abs(even[1]! - 15) < 1e-9);
  const grown = arrivalTimes({ kind: 'even', rate: 100, ramp: 2, duration: 3 }, generator());
  assert.is(grown.length, 200);
  // Half the ramp's time has a quarter of its requests.
  assert.is(grown.filter((time) => time < 1000).length, 25);
  const random = arrivalTimes({ kind: 'poisson', rate: 1000, ramp: 0, duration: 10 }, generator());
  assert.ok(Math.abs(random.length - 10000) < 400, `${random.length}`);
  const gaps = [...random].map((time, i) => time - (random[i - 1] ?? 0));
  // Exponential gaps: as spread as they are long.
  const mean = gaps.reduce((a, b) => a + b) / gaps.length;
  const spread = Math.sqrt(gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length);
  assert.ok(Math.abs(spread / mean - 1) < 0.05, `${spread / mean}`);
});

test('objectives', () => {
  const tally = new RequestCounters();
  const outcome = { due: 0, service: 1, images: 1, status: 200, correct: undefined };
  for (let i = 1; i <= 99; i++) tally.add({ ...outcome, latency: i, error: undefined });
  tally.add({ ...outcome, latency: 1, status: 503, error: 'status' });
  const plan = { target: 'http://a/', rate: undefined, connections: 1, milliseconds: 1000 };
  const record = loadRecord(tally, plan);
  const verdict = (text: string) =>
    parseObjectives(text).map((objective) => checkObjective(objective, record).passed);
  assert.equal(verdict('p50<51ms,p50<49ms,errors<1%,errors<0.5%'), [true, false, true, false]);
  assert.equal(verdict('requests>99,requests>99.5,max<0.099s,accuracy>10%'), [
    true,
    false,
    true,
    false,
  ]);
  assert.throws(() => parseObjectives('p99'), 'FIGURE<BOUND');
  assert.throws(() => parseObjectives('errors<5ms'), 'a share');
});

test('answers, whole and in pieces', () => {
  const texts = [
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
    'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x\r\nlo\r\n0\r\n\r\n',
  ];
  for (const text of texts)
    for (const piece of [1, 7, text.length]) {
      const parser = new AnswerParser();
      const answers = [];
      for (let at = 0; at < text.length; at += piece)
        answers.push(parser.push(Buffer.from(text.slice(at, at + piece))));
      const last = answers.pop();
      assert.not.ok(answers.some(Boolean));
      assert.is(last?.body.toString(), 'hello');
      assert.ok(last?.keepAlive);
    }
  assert.throws(() => new AnswerParser().push(Buffer.from('SSH-2.0\r\n\r\n')), 'not an HTTP');
});

test('an open loop counts the wait for a service that stalls', async () => {
  let stalled = false;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      const answer = () => response.end('{"predictions":[1]}');
      if (stalled) return answer();
      stalled = true;
      setTimeout(answer, 400);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = new URL(`http://127.0.0.1:${port}/v1/predict`);
  const pool = {
    count: 1,
    rows: 1,
    columns: 1,
    pixels: Uint8Array.of(1),
    labels: Uint8Array.of(1),
  };
  const payloads = [
    { kind: 'png', weight: 1, payloads: makePayloads(pool, { kind: 'png', batch: 1, url }) },
  ] as const;
  const target = { name: url.href, address: { host: '127.0.0.1', port, secure: false }, payloads };
  const measurement = new Measurement([target], {
    ...{ duration: 1, ramp: 0, warmup: 0, timeout: 5, connections: 1 },
    ...{ rate: 100, arrivals: 'even', seed: 0 },
  });
  const { measured } = await measurement.run();
  server.close();
  const tally = measured[0]!.tally;
  assert.is(tally.requests, 100);
  assert.is(tally.correct, 100);
  // A closed loop would have seen one slow answer; forty requests were due while it lasted.
  assert.ok(tally.latency.quantile(0.8) > 150, `${tally.latency.quantile(0.8)}`);
  assert.ok(tally.service.quantile(0.8) < 150, `${tally.service.quantile(0.8)}`);
});

test.run();
