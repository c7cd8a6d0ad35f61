/** The programs on the engine "tensorflow", with plain TensorFlow.js in the place of its native packages. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import evaluate from '../../../src/cmd/eval.js';
import predict from '../../../src/cmd/predict.js';
import train from '../../../src/cmd/train.js';
import { openModel } from '../../../src/model/model.js';
import { sameText } from '../../support/close.js';
import { largestDifference } from '../../support/engine-agreement.js';
import { runInMemory } from '../../support/memory-io.js';
import { paths } from '../../support/paths.js';
import { plainTensorFlow, tensorFlowFolder } from '../../support/tensorflow-folder.js';

const test = suite('programs on TensorFlow.js');
const env = {
  FMNIST_TENSORFLOW: tensorFlowFolder({ '@tensorflow/tfjs-node': plainTensorFlow }),
};
const stream = readFileSync(join(paths.fixtures, 'tiny.idx'));
const model = join(paths.fixtures, 'bars.onnx');

const trained = (engine: string, words: readonly string[] = []) =>
  runInMemory(
    train,
    ['--engine', engine, '--recipe', 'mlp', '--set', 'batch=8', '--set', 'epochs=3', ...words],
    stream,
    { env },
  );

test('fmnist-train: the model of the other engine', async () => {
  const [ours, theirs] = [await trained('tensorflow'), await trained('onnxruntime')];
  assert.is(ours.status, 0, ours.stderr);
  assert.match(ours.stderr, 'fmnist-train: the engine is tensorflow unknown\n');
  assert.not.match(theirs.stderr, 'the engine is');
  const [own, other] = [ours, theirs].map(({ stdout }) => openModel(stdout, 'model'));
  assert.ok(own && other);
  assert.is(own.info.lineage.engine, 'tensorflow unknown');
  assert.equal(own.info.recipe, other.info.recipe);
  const difference = largestDifference(own.weights.parameters, other.weights.parameters);
  assert.ok(difference < 1e-5, String(difference));
});

test('fmnist-train: soft labels of a teacher give the same weights on both engines', async () => {
  const words = ['--teacher', model, '--set', 'teacher.weight=0.9'];
  const [plain, ours, theirs] = [
    await trained('onnxruntime'),
    await trained('tensorflow', words),
    await trained('onnxruntime', words),
  ].map(({ stdout }) => openModel(stdout, 'model').weights.parameters);
  assert.ok(plain && ours && theirs);
  assert.ok(largestDifference(ours, theirs) < 1e-5);
  assert.ok(largestDifference(plain, theirs) > 1e-3);
});

test('fmnist-train: nothing but the model on standard output', async () => {
  const { stdout } = await trained('tensorflow');
  assert.is(openModel(stdout, 'model').info.rows, 6);
});

test('fmnist-predict and fmnist-eval: the metrics of the other engine', async () => {
  for (const command of [predict, evaluate]) {
    const [ours, theirs] = [
      await runInMemory(command, ['--engine', 'tensorflow', model], stream, { env }),
      await runInMemory(command, ['--engine', 'onnxruntime', model], stream, { env }),
    ];
    assert.is(ours.status, 0, ours.stderr);
    const text = (bytes: Buffer) => bytes.toString('utf8').replace(/tensorflow|onnxruntime/g, '');
    assert.ok(sameText(text(ours.stdout), text(theirs.stdout), 1e-5), command.spec.name);
  }
});

test('an engine that is not there is named', async () => {
  const folder = tensorFlowFolder({});
  const args = ['--engine', 'tensorflow', model];
  const { status, stderr } = await runInMemory(predict, args, stream, {
    env: { FMNIST_TENSORFLOW: folder },
  });
  assert.is(status, 1);
  assert.match(stderr, `@tensorflow/tfjs-node is not there in ${folder}`);
});

test.run();
