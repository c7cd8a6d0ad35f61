/** Worker threads of a service killed while it is asked: every request is answered, the deaths are counted, others take their place. */

import { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { eventually } from '../../support/child.js';
import { bar, openService } from '../../support/service.js';

const test = suite('serve/crash');

/** Workers as they take up a message; the pool's own are out of reach. */
const seen = new Set<Worker>();
const { postMessage } = Worker.prototype;
Worker.prototype.postMessage = function (this: Worker, ...given) {
  seen.add(this);
  return postMessage.apply(this, given);
};

test('no request fails, every death is counted, the service is ready again', async () => {
  const service = await openService({ workers: 2 });
  const { app, context } = service;
  const payload = JSON.stringify({ pixels: bar(2) });
  const deaths = () => {
    const found = /^fmnist_worker_crashes_total\{model="bars"\} (\d+)$/m;
    return Number(found.exec(context.metrics.text())?.[1] ?? 0);
  };
  const statuses = new Map<number, number>();
  let asking = true;
  const client = async () => {
    while (asking) {
      const { statusCode, body } = await app.inject({ method: 'POST', url: '/predict', payload });
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
      if (statusCode === 200) assert.is(JSON.parse(body).predictions[0].prediction, 2);
    }
  };
  try {
    const clients = [client(), client(), client(), client()];
    for (let death = 1; death <= 3; death++) {
      assert.ok(await eventually(() => seen.size > 0));
      const [worker] = seen;
      seen.clear();
      await worker?.terminate();
      assert.ok(await eventually(() => deaths() === death), `death ${death} counted`);
      assert.ok(await eventually(() => context.registry.models[0]?.pool.up === 2), 'replaced');
      // Only those that are at work from here on are candidates.
      seen.clear();
    }
    asking = false;
    await Promise.all(clients);
    assert.equal([...statuses.keys()], [200]);
    assert.ok((statuses.get(200) ?? 0) > 50, `${statuses.get(200)} answers`);
  } finally {
    asking = false;
    await service.close();
  }
});

test.after(() => {
  Worker.prototype.postMessage = postMessage;
});
test.run();
