/** Workers waiting for each other. */

import { Worker } from 'node:worker_threads';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Barrier, BrokenBarrierError } from '../../../../src/engine/parallel/barrier.js';
import { sharedIntegers } from '../../../../src/step/shared-memory.js';

const test = suite('barrier');
const module = new URL('../../../../src/engine/parallel/barrier.js', import.meta.url).href;

/** Runs `body` in a thread, with `barrier`, `shared` and `me` at hand; its value is what it ends with. */
function thread(
  cells: Int32Array,
  shared: Int32Array,
  me: number,
  parties: number,
  body: string,
  spin = false,
) {
  const script = `import { parentPort, workerData } from 'node:worker_threads';
    const { Barrier } = await import('${module}');
    const { cells, shared, me, parties, spin } = workerData;
    const barrier = new Barrier(cells, parties, spin);
    parentPort.postMessage(await (async () => { ${body} })().catch((error) => error.name));`;
  const url = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
  const worker = new Worker(url, { workerData: { cells, shared, me, parties, spin } });
  return new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject));
}

for (const spin of [false, true])
  test(`no thread passes before all have arrived, round for round: ${spin ? 'spinning' : 'sleeping'}`, async () => {
    const [cells, shared] = [sharedIntegers(3), sharedIntegers(1)];
    // Every tenth time one of them is so late that a spinning thread has gone to sleep.
    const body = `const seen = [];
    const pause = new Int32Array(new SharedArrayBuffer(4));
    for (let round = 0; round < 100; round++) {
      if (round % 10 === 0 && round / 10 % 3 === me) Atomics.wait(pause, 0, 0, 5);
      Atomics.add(shared, 0, 1);
      barrier.wait();
      seen.push(Atomics.load(shared, 0));
      barrier.wait();
    }
    return seen;`;
    const threads = [0, 1, 2].map((me) => thread(cells, shared, me, 3, body, spin));
    const expected = Array.from({ length: 100 }, (_, i) => 3 * (i + 1));
    for (const seen of await Promise.all(threads)) assert.equal(seen, expected);
  });

test('a thread that arrives goes on before the others, and leaves after them', async () => {
  const cells = sharedIntegers(3);
  const barrier = new Barrier(cells, 2);
  for (let n = 0; n < 3; n++) {
    const shared = sharedIntegers(1);
    const round = barrier.arrive();
    const other = thread(cells, shared, 1, 2, 'shared[0] = 7; barrier.wait(); return 1;');
    assert.is(await other, 1);
    barrier.leave(round);
    assert.is(shared[0], 7);
  }
});

test('a thread that has arrived gets the error of a barrier that breaks later', () => {
  const barrier = new Barrier(sharedIntegers(3), 2);
  const round = barrier.arrive();
  barrier.break();
  assert.throws(
    () => barrier.leave(round),
    (error: unknown) => error instanceof BrokenBarrierError,
  );
});

test('a broken barrier releases threads that wait, and those that come later', async () => {
  const [cells, shared] = [sharedIntegers(3), sharedIntegers(1)];
  const waiting = thread(cells, shared, 0, 3, 'Atomics.add(shared, 0, 1); barrier.wait();');
  while (Atomics.load(cells, 0) === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  const barrier = new Barrier(cells, 3);
  barrier.break();
  assert.is(await waiting, 'BrokenBarrierError');
  assert.is(await thread(cells, shared, 1, 3, 'barrier.wait();'), 'BrokenBarrierError');
  assert.throws(
    () => barrier.wait(),
    (error: unknown) => error instanceof BrokenBarrierError,
  );
});

test('a single party does not wait', () => {
  const barrier = new Barrier(sharedIntegers(3), 1);
  for (let round = 0; round < 5; round++) barrier.wait();
});

test.run();
