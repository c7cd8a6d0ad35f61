/** The programs on TensorFlow's own library, in real pipes. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openModel } from '../../src/model/model.js';
import { endChildren, eventually, startProgram } from '../support/child.js';
import { largestDifference } from '../support/engine-agreement.js';
import { needing } from '../support/needing.js';
import { paths } from '../support/paths.js';
import { shell } from '../support/shell.js';
import { tensorFlowEnvironment, tensorFlowHere } from '../support/tensorflow-here.js';

const test = suite('programs on TensorFlow');
const { tensorflow: loaded, missing } = await tensorFlowHere();
const { FMNIST_TENSORFLOW } = tensorFlowEnvironment();
const env: Record<string, string> = FMNIST_TENSORFLOW === undefined ? {} : { FMNIST_TENSORFLOW };
const options =
  '--recipe fast --set epochs=2 --set batch=40 --set model.layers.0.filters=8 --validation 0.2 --quiet';

if (!loaded) needing(test, missing)('fmnist-train and fmnist-predict on TensorFlow', () => {});
else {
  test('fmnist-train: the same bytes twice, and the weights of the other engine', async () => {
    const train = (engine: string) =>
      shell(`fmnist-train --engine ${engine} ${options} $FIXTURES/garments-train.idx.gz`, { env });
    const [once, twice, other] = [
      await train('tensorflow'),
      await train('tensorflow'),
      await train('onnxruntime'),
    ];
    assert.is(once.status, 0, once.stderr);
    assert.ok(once.stdout.equals(twice.stdout), 'the same bytes');
    const [ours, theirs] = [openModel(once.stdout, 'ours'), openModel(other.stdout, 'theirs')];
    assert.is(
      ours.info.lineage.engine,
      `tensorflow ${loaded.version}${loaded.gpu ? ' on a GPU' : ''}`,
    );
    const losses = [ours, theirs].map(({ info }) => info.training.loss as number);
    process.stdout.write(
      `\nFIGURE: recipe fast, losses after two epochs: largest difference ${largestDifference([losses[0]!], [losses[1]!]).toExponential(1)}\n`,
    );
    assert.ok(largestDifference([losses[0]!], [losses[1]!]) < 1e-3);
  });

  test('fmnist-predict: the predictions of the other engine', async () => {
    const predict = (engine: string) =>
      shell(
        `fmnist-predict --engine ${engine} $FIXTURES/bars.onnx $FIXTURES/tiny.idx | grep -o '"prediction":[0-9]*'`,
        { env },
      );
    const [ours, theirs] = [await predict('tensorflow'), await predict('onnxruntime')];
    assert.is(ours.status, 0, ours.stderr);
    assert.is(ours.stdout.toString().split('\n').length, 41);
    assert.is(ours.stdout.toString(), theirs.stdout.toString());
  });

  test('fmnist-export: TensorFlow loads the folder, and gives the predictions of the model', async () => {
    const { tf } = loaded;
    const folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
    try {
      const { status, stdout, stderr } = await shell(
        `fmnist-train ${options} -o model.onnx $FIXTURES/garments-train.idx.gz && fmnist-export --tfjs layers model.onnx &&
         fmnist-cat --bare --images $FIXTURES/garments-test.idx.gz > images.idx &&
         fmnist-predict model.onnx images.idx | sed -n 's/.*"probabilities":\\(.*\\)}/\\1/p'`,
        { cwd: folder },
      );
      assert.is(status, 0, stderr);
      const expected = stdout
        .toString()
        .trim()
        .split('\n')
        .flatMap((line) => JSON.parse(line));
      const images = new Float32Array(readFileSync(join(folder, 'images.idx')).subarray(16));
      const count = images.length / 784;
      const model = await tf.loadLayersModel(`file://${join(folder, 'layers/model.json')}`);
      const output = model.predict(tf.tensor3d(images, [count, 28, 28])) as {
        dataSync(): Float32Array;
      };
      const difference = largestDifference(output.dataSync(), expected);
      process.stdout.write(
        `\nFIGURE: a LayersModel's probabilities: largest difference ${difference.toExponential(1)}\n`,
      );
      assert.ok(difference < 1e-5);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('fmnist-train: an interrupt ends it after the step, with the best model so far', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
    const fixture = join(paths.fixtures, 'garments-train.idx.gz');
    const args = ['--engine', 'tensorflow', '--set', 'epochs=100', '-o', 'model.onnx', fixture];
    const child = startProgram('fmnist-train', args, folder, env);
    try {
      assert.ok(await eventually(() => child.stderr().includes('1/100')), child.stderr());
      child.process.kill('SIGINT');
      assert.is(await child.ended, 0, child.stderr());
      assert.match(child.stderr(), 'interrupted');
      assert.match(child.stderr(), 'kept the weights of epoch');
      const { info } = openModel(readFileSync(join(folder, 'model.onnx')), 'model');
      assert.ok((info.training.epochs as number) < 100);
    } finally {
      endChildren();
      rmSync(folder, { recursive: true });
    }
  });
}

test.run();
