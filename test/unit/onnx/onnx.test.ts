/**
 * Model files against other implementations: ONNX's own Python package accepts these very bytes, and ONNX Runtime's
 * Python binding gets the same numbers from them (make-onnx-reference.py).
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openModel } from '../../../src/model/model.js';
import { shapeNetwork } from '../../../src/model/network.js';
import { difference } from '../../support/close.js';
import { paths } from '../../support/paths.js';
import { predicted } from '../../support/predicted.js';
import { troubleOf } from '../../support/trouble.js';
import { type ReferenceModel, referenceModels } from './reference-models.js';

interface Looked {
  readonly sha256: string;
  readonly ir: number;
  readonly opset: Readonly<Record<string, number>>;
  readonly inputs: Readonly<Record<string, readonly (string | number)[]>>;
  readonly outputs: Readonly<Record<string, readonly (string | number)[]>>;
  readonly weights: Readonly<Record<string, readonly number[]>>;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly logits: readonly number[];
  readonly probabilities: readonly number[];
}

interface Reference {
  readonly models: Readonly<Record<string, Looked>>;
  readonly 'saved again': string;
  readonly rewritten: string;
  readonly foreign: string;
}

const reference = JSON.parse(
  readFileSync(join(paths.root, 'test/references/onnx/onnx-reference.json'), 'utf8'),
) as Reference;
const models = referenceModels();
const test = suite('ONNX files');

test('the models are those that were recorded', () => {
  assert.equal([...models.keys()].sort(), Object.keys(reference.models).sort());
});

for (const [name, model] of models) {
  const looked = reference.models[name]!;

  test(`${name}: the bytes that the checker accepted`, () => {
    const sha256 = createHash('sha256').update(model.bytes).digest('hex');
    assert.is(
      sha256,
      looked.sha256,
      'the file changed: run test/references/onnx/make-onnx-reference.py',
    );
    assert.is(looked.ir, 8);
    assert.equal(looked.opset, { '': 17 });
  });

  test(`${name}: ports, weights and metadata as Python reads them`, () => {
    assert.equal(looked.inputs, { image: ['UINT8', 'n', 8, 7] });
    assert.equal(looked.outputs, { logits: ['FLOAT', 'n', 3], probabilities: ['FLOAT', 'n', 3] });
    const { parameters, statistics } = shapeNetwork(
      model.info.spec as Parameters<typeof shapeNetwork>[0],
      { rows: 8, columns: 7, classes: 3 },
    );
    const shapes = [...parameters, ...statistics].map((slot) => [slot.name, slot.shape]);
    assert.equal(looked.weights, Object.fromEntries(shapes));
    const said = Object.entries(model.info).map(([key, value]) => [`fmnist.${key}`, value]);
    assert.equal(looked.metadata, { 'fmnist.format': 1, ...Object.fromEntries(said) });
  });

  test(`${name}: the same numbers`, async () => {
    const { logits, probabilities } = await predicted(model.bytes, model.pixels, model.count);
    const close = { relative: 1e-4, absolute: 1e-5 };
    assert.is(difference(logits, looked.logits, close), undefined);
    assert.is(difference(probabilities, looked.probabilities, close), undefined);
    const [first, second] = [logits.slice(0, 3), logits.slice(3, 6)];
    assert.ok(difference(first, second, { relative: 1e-3 }), 'the images make a difference');
  });

  test(`${name}: read back by ourselves`, () => {
    const { info, initializers } = openModel(model.bytes, name);
    const { digest, ...said } = info;
    assert.is(digest, looked.sha256);
    assert.equal(said, model.info);
    assert.equal(weightsOf(initializers, model), weightsOf(undefined, model));
  });
}

for (const how of ['saved again', 'rewritten'] as const)
  test(`a model that Python has ${how}`, async () => {
    const model = models.get('dense')!;
    const bytes = Buffer.from(reference[how], 'base64');
    const { info, initializers } = openModel(bytes, how);
    const { digest, ...said } = info;
    assert.is(digest, createHash('sha256').update(bytes).digest('hex'));
    assert.equal(said, model.info);
    assert.equal(weightsOf(initializers, model), weightsOf(undefined, model));
    const { logits } = await predicted(bytes, model.pixels, model.count);
    const close = { relative: 1e-4, absolute: 1e-5 };
    assert.is(difference(logits, reference.models.dense?.logits ?? [], close), undefined);
  });

test('a model that is not ours', async () => {
  const message = await troubleOf(() => openModel(Buffer.from(reference.foreign, 'base64'), 'x'));
  assert.is(
    message,
    'x: carries no fmnist metadata; a model written by fmnist-train, or by fmnist-adopt, was expected',
  );
});

/** Every parameter and statistic as a list: out of the file, or as they went into it. */
function weightsOf(
  read: ReadonlyMap<string, { readonly values: Float32Array }> | undefined,
  { info, weights }: ReferenceModel,
) {
  const network = shapeNetwork(info.spec as Parameters<typeof shapeNetwork>[0], {
    rows: 8,
    columns: 7,
    classes: 3,
  });
  const slots = (list: typeof network.parameters | typeof network.statistics, all: Float32Array) =>
    list.map(({ name, offset, length }) => [
      name,
      Array.from(read ? (read.get(name)?.values ?? []) : all.subarray(offset, offset + length)),
    ]);
  return Object.fromEntries([
    ...slots(network.parameters, weights.parameters),
    ...slots(network.statistics, weights.statistics),
  ]);
}

test.run();
