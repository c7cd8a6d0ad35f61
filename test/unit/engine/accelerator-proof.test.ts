/** An accelerator proves itself on a few images: rounding passes, wrong layers and values that are not finite do not. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  describeAgreement,
  proveAccelerator,
  untrainedModel,
} from '../../../src/engine/accelerator-proof.js';
import { openOnnxPredictor } from '../../../src/engine/onnxruntime/predictor.js';
import type { Prediction } from '../../../src/engine/predictor.js';
import { paths } from '../../support/paths.js';
import { centred } from '../../support/step.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('engine: proof of an accelerator');
const recipe = readFileSync(join(paths.root, 'src/train/recipes/default.json'), 'utf8');
const size = { rows: 28, columns: 28, classes: 10 };
const model = untrainedModel(JSON.parse(recipe).model, size, centred);

/** Proves an accelerator whose logits are those of the processor, changed. */
async function prove(change: (logits: Float32Array) => void) {
  const predictor = await openOnnxPredictor(model, 1);
  const predict = async (pixels: Uint8Array, count: number): Promise<Prediction> => {
    const found = await predictor.predict(pixels, count);
    change(found.logits);
    return found;
  };
  try {
    return await proveAccelerator('GPU', model, { predict });
  } finally {
    await predictor.close();
  }
}

const largest = (values: Float32Array) => Math.max(...values.map(Math.abs));

test('the same logits, and those of coarser products', async () => {
  assert.equal(await prove(() => {}), { images: 8, difference: 0 });
  const coarse = await prove((logits) => {
    logits[3]! += 0.002 * largest(logits);
  });
  assert.ok(Math.abs(coarse.difference - 0.002) < 1e-5, String(coarse.difference));
  assert.is(
    describeAgreement(coarse),
    'agrees with the processor on 8 images (logits within 2e-3)',
  );
});

test('an untrained network tells images apart, so that a wrong one shows', async () => {
  const seen: number[] = [];
  await prove((logits) => seen.push(logits[0]!, logits[10]!, largest(logits)));
  assert.ok(Math.abs(seen[0]! - seen[1]!) > 0.01 * seen[2]!, seen.join());
});

test('a wrong layer, and a value that is not finite, are refused', async () => {
  const wrong = (logits: Float32Array) => {
    logits[79]! -= 0.25 * largest(logits);
  };
  assert.is(
    await troubleOf(() => prove(wrong)),
    "GPU: computes an untrained network wrongly: its logits differ from the processor's by 25 % of the largest on 8 images; at most 1.0 % was expected",
  );
  const infinite = (logits: Float32Array) => logits.fill(Number.NaN, 0, 1);
  assert.match(await troubleOf(() => prove(infinite)), /differ .* by Infinity % /);
});

test.run();
