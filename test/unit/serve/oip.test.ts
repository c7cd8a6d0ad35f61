/** The Open Inference Protocol: metadata, health, tensors of every kind in and out, and what it refuses. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeGreyPng } from '../../../src/picture/png.js';
import { joinByteStrings, splitByteStrings } from '../../../src/serve/oip/datatypes.js';
import { paths } from '../../support/paths.js';
import { bar, openService } from '../../support/service.js';

const test = suite('serve/oip');
const service = await openService();
const { app } = service;
const get = (url: string) => app.inject({ method: 'GET', url });
const two = [...bar(2).flat(), ...bar(0).flat()];
const input = (changes: object = {}) => ({
  name: 'image',
  datatype: 'UINT8',
  shape: [2, 6, 5],
  data: two,
  ...changes,
});
const post = (
  payload: string | Buffer,
  headers: Record<string, string> = {},
  url = '/v2/models/bars/infer',
) =>
  app.inject({
    method: 'POST',
    url,
    payload,
    headers: { 'content-type': 'application/json', ...headers },
  });
const ask = (body: object, url?: string) => post(JSON.stringify(body), {}, url);

/** JSON in front, the tensor's bytes behind. */
function withBytes(head: object, bytes: Buffer) {
  const json = Buffer.from(JSON.stringify(head));
  return post(Buffer.concat([json, bytes]), {
    'content-type': 'application/octet-stream',
    'inference-header-content-length': String(json.length),
  });
}
const binaryInput = (datatype: string, bytes: Buffer, shape = [2, 6, 5]) => ({
  inputs: [{ name: 'image', datatype, shape, parameters: { binary_data_size: bytes.length } }],
});

test('metadata, health and the list of models', async () => {
  const { name, extensions } = (await get('/v2')).json();
  assert.equal([name, extensions[0]], ['fmnist-serve', 'binary_tensor_data']);
  assert.equal((await get('/v2/health/live')).json(), { live: true });
  assert.is((await get('/v2/health/ready')).statusCode, 200);
  const about = (await get('/v2/models/bars')).json();
  assert.equal(about.inputs, [{ name: 'image', datatype: 'UINT8', shape: [-1, 6, 5] }]);
  assert.equal(about.outputs[3], { name: 'probabilities', datatype: 'FP32', shape: [-1, 4] });
  const [version] = about.versions;
  assert.is((await get(`/v2/models/bars/versions/${version}/ready`)).statusCode, 200);
  const other = await get('/v2/models/bars/versions/1');
  assert.equal(
    [other.statusCode, other.json().error],
    [404, `model 'bars' is in service in version ${version}, not '1'`],
  );
  assert.is((await get('/v2/models/none/ready')).statusCode, 404);
  const index = await app.inject({ method: 'POST', url: '/v2/repository/index' });
  assert.equal(index.json(), [{ name: 'bars', version, state: 'READY', reason: '' }]);
});

test('JSON in, JSON out: all outputs unless some are named', async () => {
  const answer = await ask({ id: 'seven', inputs: [input()] });
  assert.is(answer.statusCode, 200, answer.body);
  const { model_name, id, outputs } = answer.json();
  assert.equal([model_name, id], ['bars', 'seven']);
  const of = Object.fromEntries(outputs.map((output: { name: string }) => [output.name, output]));
  assert.equal(of.label, { name: 'label', datatype: 'INT64', shape: [2], data: [2, 0] });
  assert.equal(of.class.data, ['third', 'first']);
  assert.equal(of.probabilities.shape, [2, 4]);
  // Class c has the logit 1.5 × the sum of row c + 1 / 255.
  const logits = of.logits.data as number[];
  assert.ok(Math.abs((logits[2] ?? 0) - (logits[0] ?? 0) - (1.5 * 5 * 210) / 255) < 1e-4);
  const same = await app.inject({
    method: 'POST',
    url: '/v1/predict?top=4',
    payload: JSON.stringify({ images: [bar(2), bar(0)] }),
    headers: { 'content-type': 'application/json' },
  });
  assert.is(of.confidence.data[0], same.json().predictions[0].confidence);
});

test('binary in, binary out: the same as in JSON', async () => {
  const plain = (await ask({ inputs: [input()], outputs: [{ name: 'probabilities' }] })).json();
  const bytes = Buffer.from(two);
  const answer = await withBytes(
    {
      ...binaryInput('UINT8', bytes),
      outputs: [
        { name: 'class', parameters: { binary_data: true } },
        { name: 'label', parameters: { binary_data: true } },
        { name: 'confidence' },
        { name: 'probabilities', parameters: { binary_data: true } },
      ],
    },
    bytes,
  );
  assert.is(answer.statusCode, 200, answer.body);
  assert.is(answer.headers['content-type'], 'application/octet-stream');
  const length = Number(answer.headers['inference-header-content-length']);
  const { outputs } = JSON.parse(answer.rawPayload.toString('utf8', 0, length));
  const tail = answer.rawPayload.subarray(length);
  const sizes = outputs.map(
    (o: { parameters?: { binary_data_size: number } }) => o.parameters?.binary_data_size,
  );
  assert.equal(sizes, [4 + 5 + 4 + 5, 16, undefined, 32]);
  assert.equal(splitByteStrings(tail.subarray(0, 18))?.map(String), ['third', 'first']);
  assert.equal([tail.readBigInt64LE(18), tail.readBigInt64LE(26)], [2n, 0n]);
  const values = Array.from({ length: 8 }, (_, i) => tail.readFloatLE(34 + 4 * i));
  assert.equal(values.map(Math.fround), plain.outputs[0].data.map(Math.fround));
  const all = await withBytes(
    { ...binaryInput('UINT8', bytes), parameters: { binary_data_output: true } },
    bytes,
  );
  assert.ok(Number(all.headers['inference-header-content-length']) < all.rawPayload.length);
});

test('every datatype and shape says the same', async () => {
  const expected = [2, 0];
  const label = async (answer: ReturnType<typeof ask>) => {
    const { statusCode, body } = await answer;
    assert.is(statusCode, 200, body);
    return JSON.parse(body).outputs[0].data;
  };
  const outputs = [{ name: 'label' }];
  const arrays: Record<string, ArrayBufferView> = {
    UINT8: Uint8Array.from(two),
    UINT16: Uint16Array.from(two),
    INT16: Int16Array.from(two),
    UINT32: Uint32Array.from(two),
    INT32: Int32Array.from(two),
    UINT64: BigUint64Array.from(two, BigInt),
    INT64: BigInt64Array.from(two, BigInt),
    FP32: Float32Array.from(two),
    FP64: Float64Array.from(two),
  };
  for (const [datatype, { buffer }] of Object.entries(arrays)) {
    const bytes = Buffer.from(buffer);
    assert.equal(
      await label(withBytes({ ...binaryInput(datatype, bytes), outputs }, bytes)),
      expected,
      datatype,
    );
    assert.equal(await label(ask({ inputs: [input({ datatype })], outputs })), expected, datatype);
  }
  for (const shape of [
    [2, 1, 6, 5],
    [2, 6, 5, 1],
    [2, 30],
  ])
    assert.equal(await label(ask({ inputs: [input({ shape })], outputs })), expected);
  const one = input({ shape: [6, 5], data: bar(2) });
  assert.equal(await label(ask({ inputs: [one], outputs })), [2]);
  const pictures = [2, 0].map((c) =>
    Buffer.from(encodeGreyPng({ rows: 6, columns: 5, pixels: Uint8Array.from(bar(c).flat()) })),
  );
  const texts = input({
    datatype: 'BYTES',
    shape: [2],
    data: pictures.map((p) => p.toString('base64')),
  });
  assert.equal(await label(ask({ inputs: [texts], outputs })), expected);
  const joined = Buffer.concat(pictures.flatMap((p) => [lengthOf(p), p]));
  assert.equal(
    await label(withBytes({ ...binaryInput('BYTES', joined, [2, 1]), outputs }, joined)),
    expected,
  );
});

function lengthOf(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return length;
}

test('the most probable classes, and the negative where it is asked for', async () => {
  const answer = await ask({
    inputs: [input()],
    outputs: [{ name: 'probabilities', parameters: { classification: 2 } }],
  });
  const [{ datatype, shape, data }] = answer.json().outputs;
  assert.equal([datatype, shape], ['BYTES', [2, 2]]);
  assert.match(data[0], /^0\.\d+:2:third$/);
  const dark = input({ data: two.map((value) => 255 - value) });
  const outputs = [{ name: 'label' }];
  const turned = await ask({ inputs: [dark], outputs, parameters: { polarity: 'auto' } });
  assert.equal(turned.json().outputs[0].data, [2, 0]);
});

test('what it refuses, and in which words', async () => {
  const outputs = [{ name: 'label' }];
  const cases: readonly (readonly [object, number, string])[] = [
    [{}, 400, "'inputs' is nothing; a list of one tensor, 'image', was expected"],
    [{ inputs: [input({ name: 'x' })] }, 400, `the input is called "x"; 'image' was expected`],
    [
      { inputs: [input({ datatype: 'FP16' })] },
      400,
      "input 'image': its datatype is 'FP16'; BYTES or UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, FP32, FP64 was expected",
    ],
    [
      { inputs: [input({ shape: [3, 6, 5] })] },
      400,
      "input 'image': it holds 60 values; its shape has 90",
    ],
    [
      { inputs: [input({ shape: [60] })] },
      400,
      "input 'image': its shape is [60]; [n, rows, columns] was expected, with one channel at most",
    ],
    [
      { inputs: [input({ shape: [2, -6, 5] })] },
      400,
      "input 'image': 'shape' is no list of whole numbers from 1",
    ],
    [
      { inputs: [input({ data: two.map((v) => v / 255) })] },
      400,
      "input 'image': value 0 is 0.0392156862745098; whole numbers from 0 to 255 were expected (raw: the model normalises by itself)",
    ],
    [
      { inputs: [input()], outputs: [{ name: 'y' }] },
      400,
      "there is no output 'y'; there is label, class, confidence, probabilities, logits",
    ],
    [
      { inputs: [input()], outputs: [{ name: 'label', parameters: { classification: 1 } }] },
      400,
      "output 'label' is nothing to classify by; probabilities is",
    ],
    [
      { inputs: [input()], outputs, parameters: { polarity: 'up' } },
      400,
      "parameter 'polarity' is not one of auto, keep, invert",
    ],
    [
      { inputs: [input({ datatype: 'BYTES', shape: [1], data: ['AAAA'] })] },
      400,
      "input 'image': element 0 is not a picture file",
    ],
    [{ inputs: [input({ shape: [70000, 70000] })] }, 413, ''],
    [
      { inputs: [input({ shape: [1, 1], data: [[[[[1]]]]] })] },
      400,
      "input 'image': value 0 is a list of 1; whole numbers from 0 to 255 were expected (raw: the model normalises by itself)",
    ],
  ];
  for (const [body, status, words] of cases) {
    const answer = await ask(body);
    assert.is(answer.statusCode, status, answer.body);
    if (words) assert.is(answer.json().error, words);
  }
  const bytes = Buffer.from(two);
  const short = await withBytes(binaryInput('UINT8', bytes), bytes.subarray(1));
  assert.match(short.json().error, /'binary_data_size' is 60, and 59 bytes follow/);
  const long = await post('{}', { 'inference-header-content-length': '99' });
  assert.match(long.json().error, /^Inference-Header-Content-Length is '99'; at most the 2 bytes/);
  assert.is((await ask({ inputs: [input()] }, '/v2/models/none/infer')).statusCode, 404);
});

test('bytes of texts come back as they were', () => {
  const texts = ['', 'a', 'Trägerkleid', 'x'.repeat(300)];
  assert.equal(splitByteStrings(joinByteStrings(texts))?.map(String), texts);
  assert.is(splitByteStrings(joinByteStrings(texts).subarray(0, -1)), undefined);
});

test('the page of the manual names every path', () => {
  const page = readFileSync(join(paths.man, 'fmnist-serve.1'), 'utf8');
  assert.ok(page.includes('/v2/models/'));
});

test.after(() => service.close());

test.run();
