/** Traffic shared by weight, evenly, and always alike for one key. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { modelFor, parseTrafficSplit } from '../../../src/serve/traffic-split.js';
import { bar, barsPath, openService } from '../../support/service.js';

const test = suite('serve/routing');
const names = ['a', 'b', 'c'];

test('weights are relative', () => {
  assert.equal(parseTrafficSplit('a=95,b=5', names), [
    { model: 'a', share: 0.95 },
    { model: 'b', share: 0.05 },
  ]);
  assert.equal(parseTrafficSplit('b=1', names), [{ model: 'b', share: 1 }]);
});

for (const [text, words] of [
  ['a', /'a' is not NAME=WEIGHT/],
  ['a=1=2', /not NAME=WEIGHT/],
  ['d=1', /no model is called 'd'; there is a, b, c/],
  ['a=-1', /'-1' is not a number/],
  ['a=1,a=2', /'a' is named twice/],
  ['a=0,b=0', /all weights are 0/],
] as const)
  test(`refuses ${text}`, () => assert.throws(() => parseTrafficSplit(text, names), words));

test('shares are met, and one that grows only gains keys', () => {
  const keys = Array.from({ length: 20_000 }, (_, i) => `client-${i}`);
  const few = parseTrafficSplit('b=5,a=95', names);
  const more = parseTrafficSplit('b=20,a=80', names);
  const share = keys.filter((key) => modelFor(key, few) === 'b').length / keys.length;
  // Four standard deviations of a share of 5 % in 20,000.
  assert.ok(Math.abs(share - 0.05) < 4 * Math.sqrt((0.05 * 0.95) / 20_000), `${share}`);
  for (const key of keys)
    if (modelFor(key, few) === 'b') assert.is(modelFor(key, more), 'b', 'stays');
});

test('a key stays with its model; a named model is asked whatever the shares', async () => {
  const models = ['a', 'b'].map((name) => ({ name, path: barsPath }));
  const service = await openService({}, { shares: parseTrafficSplit('a=1,b=1', names) }, models);
  const ask = async (url: string, headers = {}) => {
    const payload = JSON.stringify({ pixels: bar(1) });
    const { body } = await service.app.inject({ method: 'POST', url, payload, headers });
    return JSON.parse(body).model as string;
  };
  const found = new Set<string>();
  for (let i = 0; i < 12; i++) {
    const model = await ask(`/predict?key=${i}`);
    assert.is(await ask('/predict', { 'x-route-key': String(i) }), model);
    found.add(model);
  }
  assert.is(found.size, 2);
  assert.is(await ask('/predict?model=b&key=0'), 'b');
  assert.is(await ask('/v1/models/a/predict?key=1'), 'a');
  await service.close();
});

test.run();
