/** Malformed requests by the thousand: each answered with a 4xx, none with a 5xx, and the service goes on. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { damagedRequests } from '../../support/damaged-requests.js';
import { bar, openService } from '../../support/service.js';

const test = suite('serve/fuzz');
const service = await openService({ maxBody: 200_000, maxPixels: 100_000, queue: 100_000 });
const { app } = service;

test('no damage to a request is a 5xx', async () => {
  const seen: Record<number, number> = {};
  await fc.assert(
    fc.asyncProperty(await damagedRequests(), async ({ path: url, body: payload, headers }) => {
      const answer = await app.inject({ method: 'POST', url, payload, headers });
      seen[answer.statusCode] = (seen[answer.statusCode] ?? 0) + 1;
      assert.ok(answer.statusCode < 500, answer.body);
      if (answer.statusCode === 200) return;
      assert.equal(Object.keys(JSON.parse(answer.body)), ['error']);
      assert.not.match(answer.body, /\bat \S+:\d+|node_modules|dist\//, 'nothing from inside');
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 1000) },
  );
  assert.ok((seen[400] ?? 0) > 100, JSON.stringify(seen));
  process.stdout.write(`\nFIGURE: statuses of damaged requests: ${JSON.stringify(seen)}\n`);
  const { statusCode } = await app.inject({
    method: 'POST',
    url: '/predict',
    payload: JSON.stringify({ pixels: bar(1) }),
  });
  assert.is(statusCode, 200);
});

test.after(() => service.close());
test.run();
