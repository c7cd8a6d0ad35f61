/** Ensembles: the mean of the members' logits, each computed by its own model; metadata; refusals. */

import * as tf from '@tensorflow/tfjs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openEmbedder } from '../../../src/engine/onnxruntime/embedder.js';
import { openOnnxPredictor } from '../../../src/engine/onnxruntime/predictor.js';
import { openTensorFlowPredictor } from '../../../src/engine/tensorflow/predictor.js';
import { augmentModel } from '../../../src/export/augmented-model.js';
import { ensembleModel } from '../../../src/export/ensemble.js';
import { encodeLayersModel } from '../../../src/export/tfjs/layers-model.js';
import type { Normalization } from '../../../src/idx/normalization.js';
import { type Model, openModel } from '../../../src/model/model.js';
import { encodeModel } from '../../../src/model/model-file.js';
import type { ModelSpec } from '../../../src/model/network.js';
import { difference } from '../../support/close.js';
import { loadedByTensorFlow, predicted } from '../../support/predicted.js';
import { type SmallModel, smallImages, smallModel, smallSize } from '../../support/small-model.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('export/ensemble');
const count = 9;
const images = smallImages(count);
const close = { relative: 1e-5, absolute: 1e-5 };

/** Members with nothing in common but input and output: a mean of any of them shows each at its place. */
const members = {
  whitened: smallModel([
    { kind: 'conv', filters: 6, initial: 'whitening', twins: true, bias: false },
    { kind: 'batch-norm' },
    { kind: 'max-pool' },
    { kind: 'residual', layers: [{ kind: 'conv', filters: 6 }, { kind: 'relu' }] },
    { kind: 'average-pool' },
    { kind: 'dense', units: 'classes' },
  ]),
  flat: smallModel([
    { kind: 'flatten' },
    { kind: 'dense', units: 'classes' },
    { kind: 'batch-norm' },
    { kind: 'relu' },
    { kind: 'dropout', rate: 0.3 },
    { kind: 'dense', units: 'classes' },
  ]),
  tempered: smallModel([
    { kind: 'conv', filters: 4 },
    { kind: 'silu' },
    { kind: 'flatten' },
    { kind: 'dense', units: 'classes' },
    { kind: 'scale', factor: 0.5, offset: 2 },
    { kind: 'scale', factor: 3, offset: -1 },
  ]),
};
const all: readonly SmallModel[] = Object.values(members);
const file = ({ bytes }: { readonly bytes: Uint8Array }, source = 'm') => openModel(bytes, source);
const files = (models: readonly SmallModel[]) => models.map((model, i) => file(model, `m${i}`));

/** The file of an ensemble. */
const ensembleBytes = (models: readonly Model[], tta?: 'flip') => ensembleModel(models, tta).bytes;

async function logitsOf(bytes: Uint8Array): Promise<Float32Array> {
  return (await predicted(bytes, images, count)).logits;
}

async function meanLogits(models: readonly Uint8Array[]): Promise<number[]> {
  const each = await Promise.all(models.map(logitsOf));
  return Array.from(
    each[0]!,
    (_, i) => each.reduce((sum, logits) => sum + logits[i]!, 0) / each.length,
  );
}

test('the mean of the logits, in both engines', async () => {
  await tf.setBackend('cpu');
  for (const models of [all, all.slice(1), [all[0], all[0]] as SmallModel[]]) {
    const expected = await meanLogits(models.map(({ bytes }) => bytes));
    const bytes = ensembleBytes(files(models));
    assert.equal(ensembleBytes(files(models)), bytes, 'the same bytes');
    await assertLogits(bytes, expected);
  }
});

/** In both engines. */
async function assertLogits(bytes: Uint8Array, expected: readonly number[]): Promise<void> {
  for (const predictor of [
    await openOnnxPredictor(openModel(bytes, 'm'), 1),
    openTensorFlowPredictor(tf as never, openModel(bytes, 'm')),
  ]) {
    const { logits } = await predictor.predict(images, count);
    assert.is(difference([...logits], expected, close), undefined);
    await predictor.close();
  }
}

test('members have equal weights, and a nested ensemble counts as one', async () => {
  const pair = ensembleBytes(files(all.slice(0, 2)));
  const nested = ensembleBytes([file({ bytes: pair }), file(members.tempered)]);
  const expected = await meanLogits([pair, members.tempered.bytes]);
  assert.is(difference([...(await logitsOf(nested))], expected, close), undefined);
  const { info } = openModel(nested, 'm');
  const created = ensembleModel([file({ bytes: pair }), file(members.tempered)]);
  assert.equal(created.info, info, 'as if its file had been opened');
  assert.equal(created.weights, openModel(nested, 'm').weights);
  assert.is(info.members?.length, 2);
  assert.is(info.members?.[0]?.members?.length, 2);
});

const perDataset = (mean: number, deviation: number): Normalization => ({
  kind: 'standardize',
  per: 'dataset',
  mean: [mean],
  deviation: [deviation],
});

test('members with other normalisations than the first', async () => {
  await tf.setBackend('cpu');
  const models = [
    all[0]!,
    ...all.map(({ info: { spec } }, i) =>
      smallModel((spec as ModelSpec).layers, perDataset(40 + 30 * i, 200 - 50 * i)),
    ),
  ];
  const expected = await meanLogits(models.map(({ bytes }) => bytes));
  const bytes = ensembleBytes(files(models));
  const beside = await meanLogits([all[0]!, ...all].map((model) => model.bytes));
  assert.is.not(difference(beside, expected, close), undefined, 'the normalisations matter');
  await assertLogits(bytes, expected);
  const probabilities = tf.softmax(tf.tensor2d([...expected], [count, smallSize.classes]));
  const found = await layersModelProbabilities(bytes);
  assert.is(difference(found, [...probabilities.dataSync()], close), undefined);
});

test('with test-time augmentation inside', async () => {
  const expected = await meanLogits(
    all.map(({ bytes }) => augmentModel(openModel(bytes, 'm'), 'flip').bytes),
  );
  const bytes = ensembleBytes(files(all), 'flip');
  assert.is(difference([...(await logitsOf(bytes))], expected, close), undefined);
  assert.is(openModel(bytes, 'm').info.tta, 'flip');
});

test('its embedding is the concatenation of the members’', async () => {
  const embeddings = await Promise.all(
    [...all.map(({ bytes }) => bytes), ensembleBytes(files(all))].map(embeddingOf),
  );
  const joined = embeddings.pop();
  const widths = embeddings.map(({ length }) => length / count);
  assert.equal(widths, [6, 3, 4 * smallSize.rows * smallSize.columns]);
  const expected = Array.from({ length: count }, (_, n) =>
    embeddings.flatMap((values, i) => {
      const width = widths[i]!;
      return [...values.subarray(n * width, (n + 1) * width)];
    }),
  ).flat();
  assert.is(difference([...joined!], expected, close), undefined);
});

async function embeddingOf(bytes: Uint8Array): Promise<Float32Array> {
  const embedder = await openEmbedder(openModel(bytes, 'm'), 1);
  const { embedding } = await embedder.predict(images, count);
  await embedder.close();
  return embedding!;
}

test('as a LayersModel', async () => {
  const bytes = ensembleBytes(files(all));
  const { probabilities } = await predicted(bytes, images, count);
  assert.is(
    difference(await layersModelProbabilities(bytes), [...probabilities], close),
    undefined,
  );
});

/** The probabilities that TensorFlow.js gives for the exported model. */
async function layersModelProbabilities(bytes: Uint8Array): Promise<number[]> {
  const { info, network, weights } = openModel(bytes, 'm');
  const model = await loadedByTensorFlow(encodeLayersModel(info, network, weights, '0'));
  const { rows, columns } = smallSize;
  const input = tf.tensor3d(Float32Array.from(images), [count, rows, columns]);
  return [...(model.predict(input) as tf.Tensor).dataSync()];
}

/** A model with changed metadata. */
function withMetadata(changes: object): Uint8Array {
  const { info, weights } = members.whitened;
  return encodeModel({ ...info, ...changes } as never, weights, '0');
}

test('metadata', () => {
  const fetched = { program: 'fmnist-fetch', version: '1' };
  const trained = (seed: number) => ({
    history: [fetched, { program: 'fmnist-train', version: '1', options: { seed } }],
    ...{ seed, engine: 'e 1' },
  });
  const one = withMetadata({
    dataset: 'd',
    lineage: trained(1),
    recipe: { name: 'r' },
    training: { images: 5 },
  });
  const two = withMetadata({ dataset: 'd', synthetic: true, lineage: trained(2) });
  const { info } = openModel(ensembleBytes([file({ bytes: one }), file({ bytes: two })]), 'm');
  const digests = [one, two].map((bytes) => openModel(bytes, 'm').info.digest);
  assert.is(info.dataset, 'd');
  assert.is(info.synthetic, true);
  assert.equal(info.recipe, { name: 'ensemble' });
  const { seed, engine, history } = info.lineage;
  assert.equal({ seed, engine }, { seed: undefined, engine: 'e 1' });
  assert.equal(history[0], fetched);
  assert.is(history.length, 2);
  assert.is(history[1]?.program, 'fmnist-export');
  assert.equal(history[1]?.options, { ensemble: 2 });
  assert.equal(history[1]?.read, [
    { sha256: digests[0], bytes: one.length },
    { sha256: digests[1], bytes: two.length },
  ]);
  assert.equal(info.members, [
    { sha256: digests[0], recipe: { name: 'r' }, lineage: trained(1), training: { images: 5 } },
    { sha256: digests[1], recipe: {}, lineage: trained(2), training: {} },
  ]);
  const other = withMetadata({ dataset: 'other', lineage: trained(1) });
  const mixed = openModel(ensembleBytes([file({ bytes: one }), file({ bytes: other })]), 'm').info;
  assert.is(mixed.dataset, undefined);
  assert.is(mixed.lineage.seed, 1);
  assert.is(mixed.lineage.history.length, 3, 'they share the training step');
});

const spec = (layers: readonly object[]) => smallModel(layers as never).bytes;
const head = { kind: 'dense', units: 'classes' };
for (const [name, bytes, message] of [
  [
    'test-time augmentation inside',
    augmentModel(openModel(members.flat.bytes, 'm'), 'flip').bytes,
    'b: has test-time augmentation inside already (flip); a model without was expected',
  ],
  [
    'no dense layer at the end',
    spec([{ kind: 'flatten' }, head, { kind: 'batch-norm' }]),
    'b: its last layer is batch-norm1; a dense layer was expected, whose mean with others can be taken',
  ],
  [
    'no dense layer at all',
    spec([{ kind: 'conv', filters: 3 }, { kind: 'average-pool' }]),
    'b: its last layer is average-pool1; a dense layer was expected, whose mean with others can be taken',
  ],
  [
    'a normalisation per pixel',
    smallModel([{ kind: 'flatten' }, head], {
      kind: 'standardize',
      per: 'pixel',
      mean: new Array<number>(42).fill(7),
      deviation: new Array<number>(42).fill(5),
    }).bytes,
    'b: normalises by standardize per pixel (mean 7, deviation 5 on average); scale(mean 127.5, deviation 127.5) was expected, as in a',
  ],
  [
    'a normalisation out of all proportion',
    smallModel([{ kind: 'flatten' }, head], perDataset(0, 1e-5)).bytes,
    'b: normalises by standardize(mean 0, deviation 0.00001); scale(mean 127.5, deviation 127.5) was expected, as in a',
  ],
  [
    'other classes',
    withMetadata({ classes: { names: ['a', 'b', 'd'], labels: [0, 1, 2] } }),
    'b: knows other classes; a, b, c were expected, as in a',
  ],
  [
    'other images',
    withMetadata({ rows: 8 }),
    'b: takes images of 8 × 6 pixels; 7 × 6 were expected, as in a',
  ],
  [
    'unsound members',
    withMetadata({ members: [{ sha256: 'x', training: {}, lineage: {} }] }),
    'b: its metadata are unsound: fmnist.members is [{"sha256":"x","training":{},"lineage":{}}]; a list of models was expected',
  ],
  [
    'no model',
    Buffer.from('no'),
    'b: is no ONNX file, or not a whole one; a model written by fmnist-train was expected',
  ],
] as const)
  test(`refused: ${name}`, async () => {
    assert.is(
      await troubleOf(() => ensembleBytes([file(members.whitened, 'a'), file({ bytes }, 'b')])),
      message,
    );
  });

test.run();
