/** Clients that go in the middle of an answer, and a service that is told to stop. */

import { request } from 'node:http';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeHeader } from '../../../src/idx/header.js';
import { Service } from '../../../src/serve/service.js';
import { defaultSettings } from '../../../src/serve/settings.js';
import { barsPath } from '../../support/service.js';

const test = suite('serve/leave');

/** 8,000 black images of 6 × 5: an answer of a megabyte and more. */
const many = Buffer.concat([encodeHeader('u8', [8_000, 6, 5]), Buffer.alloc(8_000 * 30)]);

test('clients that go leave nothing behind, and what is under way is answered', async () => {
  const service = await Service.start({
    models: [{ name: 'bars', path: barsPath }],
    settings: defaultSettings,
    host: '127.0.0.1',
    port: 0,
    grace: 10_000,
  });
  const [model] = service.parts.context.registry.models;
  for (let i = 0; i < 8; i++)
    await new Promise<void>((resolve) => {
      const asked = request(`${service.url}/predict`, { method: 'POST' }, (answer) => {
        if (i % 2) answer.destroy();
        else answer.once('data', () => answer.destroy());
        answer.on('close', resolve);
        answer.on('error', () => {});
      });
      asked.on('error', () => resolve());
      asked.end(many);
      if (i >= 6) setTimeout(() => asked.destroy(), 5 * i - 25);
    });
  const answer = fetch(`${service.url}/predict`, { method: 'POST', body: many });
  const lines = answer.then(async (given) => (await given.text()).trimEnd().split('\n').length);
  await answer;
  const started = performance.now();
  await service.stop();
  assert.is(await lines, 8_002, 'the answer under way is whole');
  assert.ok(performance.now() - started < 9000, 'nobody is waited for');
  assert.is(model?.pool.up, 0);
  const refused = await fetch(`${service.url}/health`).catch((error: Error) => error);
  assert.instance(refused, Error);
});

test.run();
