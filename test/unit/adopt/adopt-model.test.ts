/** Adopted models: the pixels that the other graph sees, the values it gives, and refusals where more than one reading is left. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type AdoptionWishes, openAdoptable } from '../../../src/adopt/adopt-model.js';
import { parseNormalization } from '../../../src/adopt/contract.js';
import { OperationalError } from '../../../src/core/errors.js';
import { openOnnxPredictor } from '../../../src/engine/onnxruntime/predictor.js';
import type { Prediction } from '../../../src/engine/predictor.js';
import { openModel } from '../../../src/model/model.js';
import { encodeGraph, encodeModelParts } from '../../../src/onnx/encode.js';
import { Graph, type Value } from '../../../src/onnx/graph.js';
import { ProtobufWriter } from '../../../src/onnx/protobuf.js';
import { Generator } from '../../../src/random/generator.js';
import { deriveKey } from '../../../src/random/key.js';
import {
  dense,
  denseValues,
  foreignModel,
  foreignSize,
  kernel,
  wishes,
  withFiles,
} from '../../support/foreign-model.js';
import { paths } from '../../support/paths.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('adopted models');
const pixels = Uint8Array.of(0, 255, 7, 30, 128, 64, 5, 4, 3, 2, 1, 0);
const images = [[...pixels.subarray(0, 6)], [...pixels.subarray(6)]];

/** The two images' predictions by the model, adopted. */
function predictions(bytes: Uint8Array, said: AdoptionWishes): Promise<Prediction> {
  return withFiles({ 'm.onnx': bytes }, async (path) => {
    const { by, contract } = await openAdoptable(path('m.onnx'), said);
    const predictor = await openOnnxPredictor(by(contract), 1);
    const prediction = await predictor.predict(pixels, 2);
    await predictor.close();
    return prediction;
  });
}

async function refusal(bytes: Uint8Array, said = wishes()): Promise<string> {
  return withFiles({ 'm.onnx': bytes }, async (path) => {
    const message = await troubleOf(() => openAdoptable(path('m.onnx'), said));
    assert.match(message, /^\S+m\.onnx: [^\n]+$/);
    return message.slice(message.indexOf('m.onnx: ') + 8);
  });
}

const near = (found: ArrayLike<number>, expected: readonly number[], most = 1e-5) => {
  assert.is(found.length, expected.length);
  for (const [i, value] of expected.entries())
    assert.ok(
      Math.abs(found[i]! - value) <= most * Math.max(1, Math.abs(value)),
      `${i}: ${found[i]}, not ${value}`,
    );
};

const softmax = (values: readonly number[]) => {
  const powers = values.map((value) => Math.exp(value - Math.max(...values)));
  return powers.map((power) => power / powers.reduce((a, b) => a + b));
};

/** A dense layer whose values, or their softmax, are the output `logits`. */
const linear = (graph: Graph, input: Value) =>
  graph.output('logits', dense(graph, input), 'float', ['n', 3]);

test('logits pass, their softmax is taken', async () => {
  const { logits, probabilities } = await predictions(
    foreignModel(['n', 1, 2, 3], linear),
    wishes(),
  );
  near(logits, images.flatMap(denseValues));
  near(
    probabilities,
    images.flatMap((image) => softmax(denseValues(image))),
  );
});

test('normalisation, inversion and transposition, in this order', async () => {
  const model = foreignModel(['n', 3, 2, 1], linear);
  const normalization = parseNormalization('0.25,0.5');
  const said = wishes({ normalization, invert: true, transpose: true });
  const seen = images.map((image) =>
    // The graph's image of 3 × 2: row r, column c is our row c, column r.
    [0, 1, 2].flatMap((r) => [0, 1].map((c) => ((255 - image[3 * c + r]!) / 255 - 0.25) / 0.5)),
  );
  near((await predictions(model, said)).logits, seen.flatMap(denseValues));
});

test('probabilities pass, their logarithms are the logits, also of a zero', async () => {
  const model = foreignModel(['n', 2, 3], (graph, input) => {
    const values = graph.op('Mul', [dense(graph, input), graph.floats(20)]);
    graph.output('probabilities', graph.op('Softmax', [values], { axis: 1 }), 'float', ['n', 3]);
  });
  const { logits, probabilities } = await predictions(model, wishes());
  near(
    probabilities,
    images.flatMap((image) => softmax(denseValues(image).map((v) => 20 * v))),
  );
  assert.ok(probabilities.includes(0));
  for (const [i, value] of probabilities.entries())
    near([logits[i]!], [Math.log(Math.max(value, 1.17549435e-38))]);
});

test('a graph for one image is run image by image, also where only its inside says so', async () => {
  const fixed = foreignModel([1, 2, 3], linear);
  const said = foreignModel(['n', 2, 3], (graph, input) => {
    const row = graph.reshape(input, [1, 6]);
    graph.output('y', graph.op('MatMul', [row, graph.floats(kernel, [6, 3])]), 'float', ['n', 3]);
  });
  const unbatched = foreignModel([1, 2, 3], (graph, input) => {
    const flat = graph.reshape(input, [6]);
    graph.output('y', graph.op('MatMul', [flat, graph.floats(kernel, [6, 3])]), 'float', [3]);
  });
  for (const model of [fixed, said, unbatched]) {
    near((await predictions(model, wishes())).logits, images.flatMap(denseValues));
    await withFiles({ 'm.onnx': model }, async (path) => {
      assert.is((await openAdoptable(path('m.onnx'), wishes())).single, true);
    });
  }
});

test('branches that take values from outside keep them', async () => {
  const model = foreignModel(['n', 2, 3], (graph, input) => {
    const values = dense(graph, input);
    const half = graph.floats(0.5);
    const shape = graph.op('Shape', [input]);
    const many = graph.op('Greater', [graph.gather(shape, [0], 0), graph.integers([1000])]);
    const chosen = graph.either(
      graph.reshape(many, []),
      [-1, 3],
      (branch) => branch.op('Neg', [values]),
      (branch) => branch.op('Mul', [values, half]),
    );
    graph.output('y', chosen, 'float', ['n', 3]);
  });
  near(
    (await predictions(model, wishes())).logits,
    images.flatMap(denseValues).map((v) => v / 2),
  );
});

test('functions of the file, initialisers among the inputs, operators of another domain', async () => {
  const message = () => new ProtobufWriter();
  const node = message().bytes(1, 'a').bytes(2, 'b').bytes(3, 'n').bytes(4, 'Neg');
  const negation = message()
    .bytes(1, 'Negation')
    .bytes(4, 'a')
    .bytes(5, 'b')
    .bytes(7, node)
    .bytes(9, message().bytes(1, '').integer(2, 17))
    .bytes(10, 'their.own');
  const model = foreignModel(
    ['n', 2, 3],
    (graph, input) => {
      graph.input('w', 'float', [6, 3]);
      const w = graph.initializer('w', Float32Array.from(kernel), [6, 3]);
      const values = graph.op('MatMul', [graph.reshape(input, [-1, 6]), w]);
      graph.output('y', graph.op('Negation', [values], {}, 'their.own'), 'float', ['n', 3]);
    },
    {
      irVersion: 3,
      operatorSets: new Map([
        ['', 17],
        ['their.own', 1],
      ]),
      functions: [negation.finish()],
    },
  );
  near(
    (await predictions(model, wishes())).logits,
    images.flatMap(denseValues).map((v) => -v),
  );
});

test('the classes in another order', async () => {
  const { logits } = await predictions(
    foreignModel(['n', 2, 3], linear),
    wishes({ order: [2, 0, 1] }),
  );
  const expected = images.flatMap((image) => {
    const [a, b, c] = denseValues(image) as [number, number, number];
    return [c, a, b];
  });
  near(logits, expected);
});

/** A model whose only initialiser is in another file. */
function external(location: string, offset: number, length: number): Uint8Array {
  const entry = (key: string, value: string) => new ProtobufWriter().bytes(1, key).bytes(2, value);
  const tensor = new ProtobufWriter().integer(1, 6).integer(1, 3).integer(2, 1).bytes(8, 'w');
  tensor.bytes(13, entry('location', location)).bytes(13, entry('offset', String(offset)));
  tensor.bytes(13, entry('length', String(length))).integer(14, 1);
  const graph = new Graph('other');
  const flat = graph.reshape(graph.input('x', 'float', ['n', 2, 3]), [-1, 6]);
  graph.output('y', graph.op('MatMul', [flat, 'w']), 'float', ['n', 3]);
  const encoded = encodeGraph(graph).bytes(5, tensor).finish();
  return encodeModelParts({ graph: encoded, operatorSets: new Map([['', 17]]) });
}

test('values in a file beside the model are read in', async () => {
  const values = Buffer.alloc(4 + 72);
  for (const [i, weight] of kernel.entries()) values.writeFloatLE(weight, 4 + 4 * i);
  const files = { 'm.onnx': external('m.onnx.data', 4, 72), 'm.onnx.data': values };
  await withFiles(files, async (path) => {
    const { by, contract } = await openAdoptable(path('m.onnx'), wishes());
    const predictor = await openOnnxPredictor(by(contract), 1);
    near((await predictor.predict(pixels, 2)).logits, images.flatMap(denseValues));
    await predictor.close();
  });
  await withFiles({ ...files, 'm.onnx.data': values.subarray(0, 40) }, async (path) => {
    const message = await troubleOf(() => openAdoptable(path('m.onnx'), wishes()));
    assert.match(message, /needs bytes 4 to 76 of 'm\.onnx\.data', which has 40/);
  });
  assert.match(await refusal(external('../w', 0, 72)), /names '\.\.\/w' as a part of it/);
  assert.match(
    await refusal(external('/etc/passwd', 0, 72)),
    /a file in its own folder was expected/,
  );
  await withFiles({ 'm.onnx': external('gone.data', 0, 72) }, async (path) => {
    const message = await troubleOf(() => openAdoptable(path('m.onnx'), wishes()));
    assert.match(message, /gone\.data: no such file or directory$/);
  });
});

test('refusals name what was found, and what decides', async () => {
  const of = (shape: readonly (number | string)[]) => foreignModel(shape, linear);
  assert.match(await refusal(of([8, 1, 2, 3])), /takes 8 images at a time/);
  assert.match(await refusal(of(['n', 3, 2, 2])), /has 3 or 2 channels; one \(grey\)/);
  assert.match(await refusal(of(['n', 1, 6, 1])), /may be nchw or nhwc; --layout was expected/);
  assert.match(await refusal(of(['n', 'c', 'h', 'w'])), /may be nchw or nhwc/);
  assert.match(await refusal(of(['n', 6])), /does not say the rows and columns .* --size/);
  assert.match(
    await refusal(of(['n', 7]), wishes({ size: foreignSize })),
    /takes 7 values an image; images of 2x3 have 6/,
  );
  assert.match(
    await refusal(of(['n', 2, 3]), wishes({ size: { rows: 3, columns: 2 } })),
    /takes images of 2x3, not of 3x2/,
  );
  assert.match(
    await refusal(of(['n', 2, 3]), wishes({ layout: 'nchw' })),
    /is not nchw; nhw was expected/,
  );
  assert.match(await refusal(of([1, 1, 1, 2, 3])), /has 5 dimensions/);
  const four = { names: ['a', 'b', 'c', 'd'], labels: [0, 1, 2, 3] };
  assert.match(
    await refusal(of(['n', 2, 3]), wishes({ classes: four })),
    /gives 3 values an image .*each of 4 classes/,
  );
  assert.match(
    await refusal(of(['n', 2, 3]), wishes({ tensor: 'z' })),
    /has no output 'z'; it has 'logits'/,
  );
  const old = foreignModel(['n', 2, 3], linear, { operatorSets: new Map([['', 7]]) });
  assert.match(await refusal(old), /is of operator set 7; 8 or newer/);
  const two = foreignModel(['n', 2, 3], (graph, input) => {
    graph.input('mask', 'bool', ['n']);
    linear(graph, input);
  });
  assert.match(
    await refusal(two),
    /has 2 inputs: 'image' \(float32, n × 2 × 3\), 'mask' \(bool, n\)/,
  );
});

test('sigmoids are neither logits nor probabilities unless that is said', async () => {
  const model = foreignModel(['n', 2, 3], (graph, input) => {
    const small = graph.op('Mul', [dense(graph, input), graph.floats(0.01)]);
    graph.output('y', graph.op('Sigmoid', [small]), 'float', ['n', 3]);
  });
  assert.match(
    await refusal(model),
    /from 0 to 1 that add up to .* as of a sigmoid for each class/,
  );
  const { probabilities } = await predictions(model, wishes({ scores: 'logits' }));
  near([probabilities[0]! + probabilities[1]! + probabilities[2]!], [1]);
  assert.match(
    await refusal(foreignModel(['n', 2, 3], linear), wishes({ scores: 'probabilities' })),
    /which are no probabilities/,
  );
});

test('values that depend on the other images, or on the run, are refused', async () => {
  const centred = foreignModel(['n', 2, 3], (graph, input) => {
    const values = dense(graph, input);
    const mean = graph.op('ReduceMean', [values], { axes: [0] });
    graph.output('y', graph.op('Sub', [values, mean]), 'float', ['n', 3]);
  });
  assert.match(
    await refusal(centred),
    /among other images, as batch normalisation does in training/,
  );
  const random = foreignModel(['n', 2, 3], (graph, input) => {
    const values = dense(graph, input);
    const noise = graph.op('RandomUniformLike', [values], { high: { float: 90 } });
    graph.output('y', graph.op('Add', [values, noise]), 'float', ['n', 3]);
  });
  assert.match(await refusal(random), /in another run, as with dropout/);
});

test('no ONNX file, an empty one, and one of ours', async () => {
  assert.match(await refusal(Buffer.from('{"a": 1}')), /^is no ONNX file, or not a whole one$/);
  assert.match(await refusal(new Uint8Array()), /^is empty/);
  const message = await troubleOf(() => openAdoptable(`${paths.fixtures}/bars.onnx`, wishes()));
  assert.match(message, /is a model of this suite already/);
});

test('an adopted model that is cut short is refused', async () => {
  await withFiles({ 'm.onnx': foreignModel(['n', 2, 3], linear) }, async (path) => {
    const { by, contract } = await openAdoptable(path('m.onnx'), wishes());
    const { bytes } = by(contract);
    for (let length = 0; length < bytes.length; length++)
      await troubleOf(() => openModel(bytes.subarray(0, length), 'm'));
    assert.is(openModel(bytes, 'm').info.adopted?.kind, 'logits');
  });
});

test('bits that have tipped: one clear line, or a model that answers', async () => {
  const generator = new Generator(deriveKey(0, 'test', 'tipped bits of another tool'));
  const folder = join(paths.root, 'test/references/adopt');
  let refused = 0;
  for (const name of ['lightgbm.onnx', 'sklearn-zipmap.onnx', 'torch-dynamo.onnx'])
    for (let run = 0; run < 40; run++) {
      const bytes = readFileSync(join(folder, name));
      const at = generator.below(bytes.length);
      bytes[at] = bytes[at]! ^ (1 << generator.below(8));
      await withFiles({ 'm.onnx': bytes }, async (path) => {
        const said = wishes({ size: { rows: 6, columns: 5 } });
        try {
          const { by, contract } = await openAdoptable(path('m.onnx'), said);
          assert.is(by(contract).info.rows, 6);
        } catch (error) {
          assert.instance(error, OperationalError, `${name}, ${at}: ${(error as Error).stack}`);
          assert.match((error as Error).message, /m\.onnx[^\n]*: [^\n]{1,400}$/);
          refused++;
        }
      });
    }
  assert.ok(refused > 20 && refused < 110, `${refused}`);
});

test('the layers of an adopted model are not known: one clear line', async () => {
  await withFiles({ 'm.onnx': foreignModel(['n', 2, 3], linear) }, async (path) => {
    const { by, contract } = await openAdoptable(path('m.onnx'), wishes());
    const model = by(contract);
    assert.is(model.info.spec, undefined);
    const { adopted, lineage } = model.info;
    assert.equal(adopted, {
      producer: 'fmnist',
      input: 'image',
      layout: 'nhw',
      scores: 'logits',
      kind: 'logits',
    });
    assert.is(lineage.history[0]?.program, 'fmnist-adopt');
    const message = await troubleOf(() => model.weights);
    assert.match(message, /is adopted from fmnist, and its layers are not known/);
  });
});

test.run();
