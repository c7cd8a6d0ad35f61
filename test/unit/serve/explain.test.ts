/** Maps of evidence over HTTP: their values on a model worked out by hand, their pictures, and that predictions go first. */

import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { planOcclusion } from '../../../src/image/occlusion.js';
import { SerialQueue } from '../../../src/serve/serial-queue.js';
import { bar, openService } from '../../support/service.js';

const test = suite('serve/explain');
const service = await openService();
const { app } = service;
const post = (payload: string, url = '/v1/explain') =>
  app.inject({ method: 'POST', url, payload, headers: { 'content-type': 'application/json' } });
const image = JSON.stringify({ pixels: bar(2) });

test('numbers: what wiping a pixel of the bar costs', async () => {
  const { statusCode, body } = await post(image, '/v1/explain?format=json');
  assert.is(statusCode, 200, body);
  const { map, image: seen, id, version, ...rest } = JSON.parse(body);
  assert.ok(typeof id === 'string' && version.length === 12);
  const about = { model: 'bars', label: 2, class: 'third', inverted: false, rows: 6, columns: 5 };
  const { confidence, ...named } = rest;
  assert.equal(named, about);
  assert.ok(confidence > 0.9);
  assert.equal([...Buffer.from(seen, 'base64')], bar(2).flat());
  // Patches of one pixel at steps of one. Class c has the logit 1.5 × the sum of row c + 1 / 255.
  assert.equal([planOcclusion(6, 5).patchRows, planOcclusion(6, 5).places.length], [1, 30]);
  const logit = (value: number) => (1.5 * value) / 255;
  const near = (at: number, value: number) =>
    assert.ok(Math.abs(map[at] - value) < 2e-4, `${at}: ${map[at]} is not ${value}`);
  for (let column = 0; column < 5; column++) {
    near(3 * 5 + column, logit(220));
    // Of three equal others, one falls by the logit of 10: against the class, a little.
    near(1 * 5 + column, Math.log((2 + Math.exp(-logit(10))) / 3));
    near(0 * 5 + column, 0);
  }
});

test('a picture unless numbers are asked for; another class, by name or label', async () => {
  const png = await post(image);
  assert.is(png.headers['content-type'], 'image/png');
  const { width, height, channels } = await sharp(png.rawPayload).metadata();
  assert.equal([width, height, channels], [280, 336, 3]);
  const byName = await post(image, '/v1/explain?format=json&class=first');
  const byLabel = await post(image, '/v1/models/bars/explain?format=json&class=0');
  assert.equal(JSON.parse(byName.body).map, JSON.parse(byLabel.body).map);
  const { map, confidence } = JSON.parse(byName.body);
  assert.ok(map[3 * 5] < -1 && confidence < 0.1, 'the bar speaks against it');
  const headers = { accept: 'application/json' };
  const accepted = await app.inject({
    method: 'POST',
    url: '/v1/explain',
    payload: image,
    headers,
  });
  assert.is(JSON.parse(accepted.body).class, 'third');
});

test('refused: many images, unknown classes and formats', async () => {
  for (const [url, payload, words] of [
    [
      '/v1/explain',
      JSON.stringify({ images: [bar(0), bar(1)] }),
      'the body holds 2 images; one was expected',
    ],
    [
      '/v1/explain?class=x',
      image,
      "class: there is no class 'x'; there is first, second, third, fourth",
    ],
    ['/v1/explain?format=gif', image, "format: 'gif' is not one of png, json"],
  ] as const) {
    const { statusCode, body } = await post(payload, url);
    assert.equal([statusCode, JSON.parse(body)], [400, { error: words }]);
  }
});

test('one part waits at a time, so that predictions go along or between', async () => {
  const small = await openService({ batch: 8, queue: 8 });
  const { batcher } = small.context.registry.get(undefined);
  let deepest = 0;
  const watch = setInterval(() => {
    deepest = Math.max(deepest, batcher.depth);
  });
  const ask = (url: string) =>
    small.app.inject({
      method: 'POST',
      url,
      payload: image,
      headers: { 'content-type': 'application/json' },
    });
  const answers = await Promise.all([
    ...Array.from({ length: 4 }, () => ask('/v1/explain')),
    ...Array.from({ length: 4 }, () => ask('/v1/predict')),
  ]);
  clearInterval(watch);
  assert.equal(
    answers.map(({ statusCode }) => statusCode),
    Array(8).fill(200),
  );
  assert.ok(deepest <= 8, `${deepest} images waited`);
  await small.close();
});

test('a lane: one at a time, in order, a few in wait', async () => {
  const lane = new SerialQueue(2, 'things');
  const seen: string[] = [];
  let finish = () => {};
  const first = lane.run(async () => {
    seen.push('first begins');
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    seen.push('first ends');
    throw new Error('and fails');
  });
  const second = lane.run(async () => seen.push('second'));
  const third = await lane.run(async () => {}).catch((error: Error) => error.message);
  assert.is(third, 'overloaded: 2 things are waiting');
  finish();
  assert.is(await first.catch((error: Error) => error.message), 'and fails');
  await second;
  assert.equal(seen, ['first begins', 'first ends', 'second']);
  await lane.run(async () => seen.push('again'));
});

test.after(() => service.close());
test.run();
