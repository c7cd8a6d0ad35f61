/** Micro-batching, on a runner that is a few lines of arithmetic. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  Batcher,
  type BatchOptions,
  type BatchRunner,
} from '../../../src/serve/inference/batcher.js';
import { WorkerLostError } from '../../../src/serve/inference/pool.js';
import type { RequestError } from '../../../src/serve/request-error.js';

const test = suite('serve/batcher');
const later = () => performance.now() + 60_000;

/** One pixel an image; the probability of its only class is the pixel. Up to `most` batches at a time. */
class Echo implements BatchRunner {
  free: number;
  onFree = () => {};
  readonly sizes: number[] = [];
  readonly order: number[] = [];
  fault: Error | undefined;

  constructor(most = 1) {
    this.free = most;
  }

  async run(pixels: Uint8Array, count: number) {
    assert.ok(this.free > 0, 'run while no worker is free');
    this.free--;
    this.sizes.push(count);
    this.order.push(...pixels);
    await new Promise((resolve) => setImmediate(resolve));
    this.free++;
    setImmediate(() => this.onFree());
    const { fault } = this;
    this.fault = undefined;
    if (fault) throw fault;
    const probabilities = Float32Array.from(pixels);
    return { logits: probabilities, probabilities };
  }
}

function batcher(runner: BatchRunner, options: Partial<BatchOptions> = {}): Batcher {
  return new Batcher(runner, { most: 4, wait: 0, queue: 1000, ...options });
}

const request = (...pixels: number[]) => ({
  pixels: Uint8Array.from(pixels),
  count: pixels.length,
  deadline: later(),
});

const faultOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => error as RequestError,
  );

test('everybody gets their own, no batch is above the cap, and the order is kept', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 40 }),
      async (most, workers, sizes) => {
        const runner = new Echo(workers);
        const asked = batcher(runner, { most });
        let next = 0;
        const parts = sizes.map((size) =>
          Uint8Array.from({ length: Math.min(size, most) }, () => next++ % 256),
        );
        const answers = await Promise.all(
          parts.map((pixels) => asked.predict({ pixels, count: pixels.length, deadline: later() })),
        );
        for (const [i, { probabilities }] of answers.entries())
          assert.equal([...probabilities], [...(parts[i] as Uint8Array)]);
        assert.ok(runner.sizes.every((size) => size <= most));
        assert.equal(
          runner.order,
          parts.flatMap((part) => [...part]),
        );
        assert.is(asked.depth, 0);
      },
    ),
    { numRuns: 50 },
  );
});

test('what comes in while the worker is busy goes together', async () => {
  const runner = new Echo();
  const asked = batcher(runner);
  await Promise.all([1, 2, 3, 4, 5, 6, 7].map((pixel) => asked.predict(request(pixel))));
  assert.equal(runner.sizes, [4, 3]);
});

test('a lone image waits for company, but not for long', async () => {
  const runner = new Echo();
  const asked = batcher(runner, { wait: 300 });
  const started = performance.now();
  await asked.predict(request(1));
  const alone = performance.now() - started;
  assert.ok(alone >= 290, `${alone} ms`);
  await Promise.all([asked.predict(request(1, 2)), asked.predict(request(3, 4))]);
  assert.ok(performance.now() - started - alone < 250, 'a full batch does not wait');
  assert.equal(runner.sizes, [1, 4]);
});

test('a full queue refuses at once, with 503 and when to come back', async () => {
  const runner = new Echo();
  const asked = batcher(runner, { queue: 4 });
  const held = asked.predict(request(1, 2, 3));
  const refused = await faultOf(asked.predict(request(4, 5)));
  assert.is(refused?.status, 503);
  assert.equal(refused?.headers, { 'retry-after': '1' });
  assert.is(runner.sizes.length, 0, 'before anything ran');
  // A later part of a request that was let in waits instead.
  const part = asked.predict({ ...request(6, 7), continued: true });
  assert.equal([...(await held).probabilities], [1, 2, 3]);
  assert.equal([...(await part).probabilities], [6, 7]);
});

test('what is too late is not run', async () => {
  const runner = new Echo();
  const asked = batcher(runner);
  const late = faultOf(asked.predict({ ...request(1), deadline: performance.now() - 1 }));
  const timely = asked.predict(request(2));
  assert.is((await late)?.status, 504);
  assert.equal([...(await timely).probabilities], [2]);
  assert.equal(runner.order, [2]);
});

test('what a dying worker took along is tried once more', async () => {
  const runner = new Echo();
  const asked = batcher(runner);
  runner.fault = new WorkerLostError('gone');
  assert.equal([...(await asked.predict(request(7))).probabilities], [7]);
  assert.equal(runner.sizes, [1, 1]);
  runner.fault = new Error('bad input');
  const refused = await faultOf(asked.predict(request(8)));
  assert.is(refused?.status, 500);
  assert.is(refused?.message, 'inference failed');
  assert.is(runner.sizes.length, 3, 'any other error is not tried again');
  assert.ok(asked.idle);
});

test.run();
