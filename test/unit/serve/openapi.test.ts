/** The service's description of itself. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openService } from '../../support/service.js';

const test = suite('serve/openapi');

test('every path is described, once, with what it takes and gives', async () => {
  const { app, close } = await openService();
  const document = JSON.parse((await app.inject({ url: '/openapi.json' })).body);
  assert.is(document.openapi, '3.1.0');
  const { '/v1/models/{name}/predict': named, '/v1/admin/reload': admin } = document.paths;
  assert.equal(named.post.parameters[0], {
    name: 'name',
    in: 'path',
    required: true,
    schema: { type: 'string' },
  });
  assert.equal(Object.keys(named.post.requestBody.content).slice(0, 2), [
    'image/*',
    'application/json',
  ]);
  assert.ok(document.paths['/v1/models/{name}:predict'].post);
  assert.equal(admin.post.security, [{ token: [] }]);
  const operations = Object.values(
    document.paths as Record<string, Record<string, { operationId: string }>>,
  ).flatMap((path) => Object.values(path));
  const ids = operations.map(({ operationId }) => operationId);
  assert.is(new Set(ids).size, ids.length, 'ids are unique');
  const { body, headers } = await app.inject({ url: '/docs' });
  assert.match(headers['content-type'] as string, 'text/html');
  for (const path of Object.keys(document.paths))
    assert.ok(body.includes(`</b> ${path}</h2>`), path);
  assert.not.match(body, /<script|https?:/);
  await close();
});

test.run();
