/** Learning from a teacher: loss and gradients against PyTorch (make-teacher-reference.py), and which teachers are refused. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { trainingGraph } from '../../../src/model/lowering/training-graph.js';
import { openModel } from '../../../src/model/model.js';
import { shapeNetwork } from '../../../src/model/network.js';
import { encodeOnnx } from '../../../src/onnx/encode.js';
import { readRecipe } from '../../../src/train/recipe.js';
import { openTeacher } from '../../../src/train/teacher.js';
import { difference } from '../../support/close.js';
import { paths } from '../../support/paths.js';
import { centred } from '../../support/step.js';

const test = suite('teacher');
const reference = JSON.parse(
  readFileSync(join(paths.root, 'test/references/train/teacher-reference.json'), 'utf8'),
) as Readonly<Record<'losses' | 'kernel' | 'bias', readonly number[]>>;

const wave = (n: number, a: number, b: number, c: number) =>
  Float32Array.from({ length: n }, (_, i) => c * Math.sin(a * i + b));

test('loss and gradients with soft targets', async () => {
  const layers = [{ kind: 'flatten' }, { kind: 'dense', units: 'classes' }];
  const network = shapeNetwork({ layers }, { rows: 2, columns: 2, classes: 4 });
  const options = { batch: 3, lossScale: 3, teacher: { temperature: 3, weight: 0.7 } };
  const { graph } = trainingGraph(network, centred, options);
  const session = await InferenceSession.create(encodeOnnx(graph), { intraOpNumThreads: 1 });
  const floats = (values: Float32Array, shape: readonly number[]) =>
    new Tensor('float32', values, shape);
  const [kernel, bias] = network.parameters.map(({ name }) => name) as [string, string];
  const targets = [0.7, 0.1, 0.1, 0.1, 0.025, 0.625, 0.325, 0.025, 0, 0, 0.4, 0.6];
  const outputs = await session.run({
    image: new Tensor(
      'uint8',
      Uint8Array.from({ length: 12 }, (_, i) => (i * 7919 + 13) % 256),
      [3, 2, 2],
    ),
    targets: floats(Float32Array.from(targets), [3, 4]),
    teacher: floats(wave(12, 2.3, 0.7, 6), [3, 4]),
    [kernel]: floats(wave(16, 12.9898, 1, 0.8), [4, 4]),
    [bias]: floats(wave(4, 3.1, 0.2, 0.3), [4]),
  });
  const close = { relative: 1e-5, absolute: 1e-6 };
  const agrees = (name: string, expected: readonly number[]) =>
    assert.is(difference(outputs[name]?.data as Float32Array, expected, close), undefined, name);
  agrees('losses', reference.losses);
  agrees(`gradient:${kernel}`, reference.kernel);
  agrees(`gradient:${bias}`, reference.bias);
});

const path = join(paths.fixtures, 'bars.onnx');

test('teachers that fit the training set, and those that do not', async () => {
  const bytes = readFileSync(path);
  const { info } = openModel(bytes, path);
  const { digest, model } = await openTeacher(path, info);
  assert.is(digest, info.digest);
  assert.ok(bytes.equals(model));
  const { labels, names } = info.classes;
  const refused: readonly [object, RegExp][] = [
    [{ rows: info.rows + 1 }, /is a teacher for images of \d+ × \d+ pixels; \d+ × \d+, as those/],
    [
      { classes: { labels: labels.slice(1), names: names.slice(1) } },
      /is a teacher of \d+ classes \(labels .*\); labels .*, as in the training set, were expected$/,
    ],
    [
      { classes: { labels, names: names.map((name) => `not ${name}`) } },
      /calls label \d+ '.*', the training set calls it 'not .*'; a teacher of the same classes/,
    ],
  ];
  for (const [other, words] of refused)
    await openTeacher(path, { ...info, ...other }).then(
      () => assert.unreachable(String(words)),
      (error) => assert.match(error.message, words),
    );
});

test('the section of a recipe', () => {
  const layers = [{ kind: 'dense', units: 'classes' }];
  const recipe = { model: { layers }, optimizer: { kind: 'adam', learningRate: 1 }, epochs: 1 };
  assert.is(readRecipe(recipe).teacher, undefined);
  assert.equal(readRecipe({ ...recipe, teacher: {} }).teacher, { temperature: 4, weight: 0.5 });
  const teacher = { temperature: 2, weight: 1 };
  assert.equal(readRecipe({ ...recipe, teacher }).teacher, teacher);
  assert.throws(
    () => readRecipe({ ...recipe, teacher: { weight: 2 } }),
    /^teacher\.weight is 2; a number from 0 to 1 was expected$/,
  );
});

test.run();
