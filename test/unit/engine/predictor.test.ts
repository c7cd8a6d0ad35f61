/** A predictor on several threads: the order of the images, the same bytes for any number, and failures. */

import { setTimeout as sleep } from 'node:timers/promises';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { barsModel } from '../../../fixtures/bars-model.js';
import { createJob, predictChunk, runJob } from '../../../src/engine/onnxruntime/predict-job.js';
import { openOnnxPredictor } from '../../../src/engine/onnxruntime/predictor.js';
import { openModel } from '../../../src/model/model.js';

const test = suite('engine/predictor');
const [rows, columns, classes] = [6, 5, 4];
const bytes = barsModel(rows, columns);
const count = 1003;
const pixels = Uint8Array.from({ length: count * rows * columns }, (_, i) => (i * i * 31) % 251);

/** The model is 1.5 × the summed brightness of row c + 1. */
const expected = Float64Array.from({ length: count * classes }, (_, i) => {
  const at = Math.floor(i / classes) * rows * columns + ((i % classes) + 1) * columns;
  return (1.5 * pixels.subarray(at, at + columns).reduce((sum, pixel) => sum + pixel, 0)) / 255;
});

test('every image has its own prediction, whatever the number of threads', async () => {
  const answers: Float32Array[] = [];
  for (const threads of [1, 2, 4]) {
    const predictor = await openOnnxPredictor(openModel(bytes, 'm'), threads);
    try {
      await predictor.predict(pixels, count);
      // Time for the other threads to be ready; the answer is the same without.
      if (threads > 1) await sleep(300);
      const { logits, probabilities } = await predictor.predict(pixels, count);
      assert.is(logits.length, count * classes);
      const worst = logits.reduce(
        (most, logit, i) => Math.max(most, Math.abs(logit - expected[i]!)),
        0,
      );
      assert.ok(worst < 1e-5, `logits are off by ${worst}`);
      assert.not.instance(logits.buffer, SharedArrayBuffer);
      answers.push(logits, probabilities);
    } finally {
      await predictor.close();
    }
  }
  for (const [i, answer] of answers.entries()) assert.equal(answer, answers[i % 2]);
});

test('overlapping calls each get their own predictions', async () => {
  const predictor = await openOnnxPredictor(openModel(bytes, 'm'), 2);
  const size = rows * columns;
  const parts = [0, 600, 1, 700, 990].map((start) => ({ start, n: start === 1 ? 3 : 200 }));
  const wanted = parts.map(({ start, n }) => Math.min(n, count - start));
  const answers = await Promise.all(
    parts.map(({ start }, i) =>
      predictor.predict(pixels.subarray(start * size, (start + wanted[i]!) * size), wanted[i]!),
    ),
  );
  await predictor.close();
  for (const [i, { logits }] of answers.entries()) {
    const { start } = parts[i] as { start: number };
    assert.is(logits.length, wanted[i]! * classes);
    for (const [j, logit] of logits.entries())
      assert.ok(Math.abs(logit - expected[start * classes + j]!) < 1e-5);
  }
});

test('a job is cut into chunks, and a failure ends it for all', async () => {
  const shape = { rows, columns, classes };
  const job = createJob(pixels, 40, shape);
  const sizes: number[] = [];
  const session = {
    run: async (_: Uint8Array, n: number) => {
      sizes.push(n);
      const values = new Float32Array(n * classes).fill(sizes.length);
      return { logits: values, probabilities: values };
    },
    close: async () => {},
  };
  await runJob(job, session, shape);
  assert.equal(sizes, [predictChunk, predictChunk, 40 - 2 * predictChunk]);
  assert.is(job.logits[2 * predictChunk * classes], 3);

  const failing = createJob(pixels, 400, shape);
  const broken = { ...session, run: () => Promise.reject(new Error('broken')) };
  const reason = await runJob(failing, broken, shape).catch((error: Error) => error.message);
  assert.is(reason, 'broken');
  sizes.length = 0;
  await runJob(failing, session, shape);
  assert.equal(sizes, []);
});

test.run();
