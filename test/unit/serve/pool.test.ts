/** Worker threads that die, hang, or cannot open their model. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { InferencePool, WorkerLostError } from '../../../src/serve/inference/pool.js';
import { eventually } from '../../support/child.js';

const test = suite('serve/pool');

/** A worker that echoes, ends itself on 66, throws on 67, hangs on 68. */
const entry = new URL(
  `data:text/javascript,${encodeURIComponent(`
    import { parentPort } from 'node:worker_threads';
    parentPort.on('message', (m) => {
      if (m === 'close') return parentPort.close();
      if (m.pixels[0] === 66) process.exit(3);
      if (m.pixels[0] === 67) throw new Error('boom');
      if (m.pixels[0] === 68) for (;;);
      const probabilities = Float32Array.from(m.pixels);
      parentPort.postMessage({ type: 'done', logits: probabilities, probabilities });
    });
    parentPort.postMessage({ type: 'ready' });
  `)}`,
);
const start = { bytes: new Uint8Array(0), source: 'test', engine: 'onnxruntime' } as const;

test('a worker that dies is counted and replaced; its batch is told', async () => {
  const crashes: string[] = [];
  const pool = await InferencePool.open(start, {
    workers: 2,
    patience: 60_000,
    entry,
    onCrash: (reason) => crashes.push(reason),
  });
  assert.is(pool.free, 2);
  for (const poison of [66, 67]) {
    const error = await pool.run(Uint8Array.of(poison), 1).catch((e: Error) => e);
    assert.instance(error, WorkerLostError);
    assert.ok(await eventually(() => pool.up === 2), 'replaced');
  }
  assert.equal(crashes, ['ended with status 3', 'boom']);
  const { probabilities } = await pool.run(Uint8Array.of(5), 1);
  assert.equal([...probabilities], [5]);
  await pool.close();
  assert.is(pool.up, 0);
});

test('a worker that hangs is ended and replaced', async () => {
  const pool = await InferencePool.open(start, { workers: 1, patience: 50, entry });
  const error = await pool.run(Uint8Array.of(68), 1).catch((e: Error) => e);
  assert.instance(error, WorkerLostError);
  assert.ok(await eventually(() => pool.free === 1), 'replaced');
  await pool.close();
});

test('a worker that cannot open its model says why', async () => {
  const error = await InferencePool.open(
    { ...start, bytes: Uint8Array.of(1, 2, 3), source: 'three.onnx' },
    { workers: 1, patience: 1000 },
  ).catch((e: Error) => e);
  assert.match((error as Error).message, /^three\.onnx: is no ONNX file/);
});

test.run();
