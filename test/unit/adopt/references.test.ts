/** Models of PyTorch, Keras, scikit-learn, LightGBM and XGBoost: probabilities as those tools give them (test/references/adopt). */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import adopt from '../../../src/cmd/adopt.js';
import { openOnnxPredictor } from '../../../src/engine/onnxruntime/predictor.js';
import { openModel } from '../../../src/model/model.js';
import { runInMemory } from '../../support/memory-io.js';
import { paths } from '../../support/paths.js';

interface Expected {
  /** Options of fmnist-adopt. */
  readonly options: string;
  /** Its file, where that has another name. */
  readonly model?: string;
  /** [count][classes] */
  readonly probabilities?: readonly (readonly number[])[];
  /** A part of the message. */
  readonly refused?: string;
  /** Share of all images that the tool itself is right on. */
  readonly accuracy?: number;
}

const folder = join(paths.root, 'test/references/adopt');
const images = readFileSync(join(folder, 'images.idx'));
const count = 24;
const labels = images.subarray(8, 8 + count);
const pixels = images.subarray(8 + count + 16);
const reference = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Readonly<
  Record<string, Expected>
>;

const test = suite('models of other tools');

for (const [name, expected] of Object.entries(reference)) {
  const { options, refused, probabilities = [], accuracy = 0 } = expected;
  test(refused ? `${name} is refused` : name, async () => {
    const words = options.match(/\S+ (?!--)(?:.(?! --))*./g)!.flatMap((pair) => {
      const at = pair.indexOf(' ');
      return [pair.slice(0, at), pair.slice(at + 1)];
    });
    const classes = options.includes('--classes') ? [] : ['--classes', 'a,b,c'];
    const file = join(folder, `${expected.model ?? name}.onnx`);
    const { status, stdout, stderr } = await runInMemory(adopt, [...classes, ...words, file]);
    if (refused) {
      assert.is(status, 1);
      assert.ok(stderr.includes(refused), stderr);
      assert.is(stdout.length, 0);
      return;
    }
    assert.is(status, 0, stderr);
    const predictor = await openOnnxPredictor(openModel(stdout, name), 1);
    const found = await predictor.predict(pixels, count);
    await predictor.close();
    assert.is(probabilities.length, 6);
    // Half precision has eleven bits.
    const most = name === 'torch-half' ? 2e-3 : 2e-6;
    for (const [i, value] of probabilities.flat().entries())
      assert.ok(Math.abs(value - found.probabilities[i]!) < most, `${name}: ${i}`);
    if (accuracy === 1)
      for (const [i, label] of labels.entries()) {
        const row = found.probabilities.subarray(3 * i, 3 * i + 3);
        assert.is(row.indexOf(Math.max(...row)), label, `image ${i}`);
      }
  });
}

test('every file is used', () => {
  const names = Object.entries(reference).map(([name, { model = name }]) => model);
  for (const tool of ['torch-', 'keras', 'sklearn-', 'lightgbm', 'xgboost'])
    assert.ok(
      names.some((name) => name.startsWith(tool)),
      tool,
    );
});

test.run();
