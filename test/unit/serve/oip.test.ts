/** The Open Inference Protocol: metadata, health, tensors of every kind in and out, and what it refuses. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeGreyPng } from '../../../src/picture/png.js';
import { datatypes, joinByteStrings, splitByteStrings } from '../../../src/serve/oip/datatypes.js';
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

const shapes =
  '[n, 6, 5], [n, 6, 5, 1], [n, 1, 6, 5], [n, 30] or, of one image, [6, 5] was expected';

test('a shape is taken as it is declared, or refused', async () => {
  const one = bar(2);
  const answered = async (shape: number[], data: unknown) => {
    const answer = await ask({ inputs: [input({ shape, data })], outputs: [{ name: 'label' }] });
    const { outputs, error } = answer.json();
    return outputs?.[0].data ?? error;
  };
  const channels = one.map((row) => row.map((v) => [v]));
  for (const [shape, data] of [
    [[1, 6, 5], [one]],
    [[6, 5], one],
    [[1, 6, 5, 1], [channels]],
    [[1, 1, 6, 5], [[one]]],
    [[1, 30], [one.flat()]],
    [[1, 6, 5, 1], one.flat()],
  ] as const)
    assert.equal(await answered([...shape], data), [2], String(shape));
  // An image with a channel and no batch would be six images of 5 × 1; so would others be that are not the model's.
  for (const shape of [[6, 5, 1], [1, 5, 6], [30], [1, 6, 5, 1, 1], [6, 1, 5], [2, 3, 5], [30, 1]])
    assert.is(
      await answered(shape, one.flat()),
      `input 'image': its shape is [${shape.join(', ')}]; ${shapes}`,
    );
  for (const [shape, data, words] of [
    [
      [6, 5],
      channels,
      'its data is lists nested 3 deep; its shape [6, 5] or one flat list was expected',
    ],
    [
      [1, 6, 5],
      one,
      'its data is lists nested 2 deep; its shape [1, 6, 5] or one flat list was expected',
    ],
    [[1, 30], one, 'data is a list of 6; 1 were expected (its shape is [1, 30])'],
    [
      [1, 1, 6, 5],
      [[one, one]],
      'data[0] is a list of 2; 1 were expected (its shape is [1, 1, 6, 5])',
    ],
    [
      [2, 6, 5],
      [one, one.slice(1)],
      'data[1] is a list of 5; 6 were expected (its shape is [2, 6, 5])',
    ],
    [
      [6, 5],
      [...one.slice(1), [1, 2, 3, 4]],
      'data[5] is a list of 4; 5 were expected (its shape is [6, 5])',
    ],
    [[6, 5], [...one.slice(1), 7], 'data[5] is 7; a list of 5 was expected (its shape is [6, 5])'],
    [
      [6, 5],
      [...one.slice(1), [1, 2, 3, 4, [5]]],
      'value 29 is a list of 1; whole numbers from 0 to 255 were expected (raw: the model normalises by itself)',
    ],
  ] as const)
    assert.is(await answered([...shape], data), `input 'image': ${words}`);
});

test('16-bit floats, bit by bit', async () => {
  const outputs = [{ name: 'label' }];
  /** Encoders of their own, for whole numbers from 0 to 255. */
  const encoders: Record<string, (value: number) => number> = {
    FP16: (v) =>
      v === 0
        ? 0
        : ((Math.floor(Math.log2(v)) + 15) << 10) |
          Math.round((v / 2 ** Math.floor(Math.log2(v)) - 1) * 1024),
    BF16: (v) => new Uint32Array(Float32Array.of(v).buffer)[0]! >>> 16,
  };
  for (const [datatype, encode] of Object.entries(encoders)) {
    const bytes = Buffer.from(Uint16Array.from(two, encode).buffer);
    const answer = await withBytes({ ...binaryInput(datatype, bytes), outputs }, bytes);
    assert.equal(answer.json().outputs?.[0].data, [2, 0], `${datatype}: ${answer.body}`);
    const plain = await ask({ inputs: [input({ datatype })], outputs });
    assert.equal(plain.json().outputs?.[0].data, [2, 0], datatype);
  }
  const read = (datatype: string, ...words: number[]) => {
    const { buffer } = Uint16Array.from(words);
    return words.map((_, i) => datatypes[datatype]?.read(new DataView(buffer), 2 * i));
  };
  // 1, -2, 65504, the smallest normal and subnormal, infinity, 255 (IEEE 754).
  assert.equal(read('FP16', 0x3c00, 0xc000, 0x7bff, 0x0400, 0x0001, 0xfc00, 0x5bf8), [
    1,
    -2,
    65504,
    2 ** -14,
    2 ** -24,
    Number.NEGATIVE_INFINITY,
    255,
  ]);
  assert.ok(Number.isNaN(read('FP16', 0x7e00)[0]));
  assert.equal(read('BF16', 0x3f80, 0xc000, 0x437f, 0x7f80), [
    1,
    -2,
    255,
    Number.POSITIVE_INFINITY,
  ]);
  const half = Buffer.from(Uint16Array.from(two, () => 0x3800).buffer);
  const fraction = await withBytes(binaryInput('FP16', half), half);
  assert.match(fraction.json().error, /^input 'image': value 0 is 0.5; whole numbers/);
});

test('binary_data_output is for all outputs that do not say otherwise', async () => {
  const names = async (parameters: object, outputs?: object[]) => {
    const answer = await ask({ inputs: [input()], parameters, ...(outputs ? { outputs } : {}) });
    const length = Number(
      answer.headers['inference-header-content-length'] ?? answer.rawPayload.length,
    );
    const { outputs: given } = JSON.parse(answer.rawPayload.toString('utf8', 0, length));
    return given
      .map((o: { name: string; data?: unknown }) => `${o.name}${o.data ? '' : '*'}`)
      .join(' ');
  };
  const all = { binary_data_output: true };
  const plain = { name: 'label', parameters: { binary_data: false } };
  assert.is(await names(all), 'label* class* confidence* probabilities* logits*');
  assert.is(await names(all, [plain, { name: 'logits' }]), 'label logits*');
  assert.is(await names({ binary_data_output: false }, [{ name: 'label' }]), 'label');
  for (const [body, words] of [
    [
      { parameters: { binary_data_output: 'yes' } },
      `the inference request: 'binary_data_output' is "yes"; true or false was expected`,
    ],
    [
      { outputs: [{ name: 'label', parameters: { binary_data: 1 } }] },
      "output 'label': 'binary_data' is 1; true or false was expected",
    ],
    [
      { inputs: [input({ parameters: [] })] },
      "input 'image': 'parameters' is a list of 0; an object was expected",
    ],
  ] as const)
    assert.is((await ask({ inputs: [input()], ...body })).json().error, words);
});

test("configuration and statistics, in Triton's fields", async () => {
  const own = await openService({ batch: 2, maxBody: 3000, workers: 1, batchWait: 0.5 });
  const at = async (url: string) => (await own.app.inject({ url })).json();
  const config = await at('/v2/models/bars/config');
  assert.equal(
    [config.name, config.max_batch_size, config.input, config.output[0], config.output[3]],
    [
      'bars',
      100,
      [{ name: 'image', data_type: 'TYPE_UINT8', dims: [6, 5] }],
      { name: 'label', data_type: 'TYPE_INT64', dims: [] },
      { name: 'probabilities', data_type: 'TYPE_FP32', dims: [4] },
    ],
  );
  assert.equal(config.output[1], { name: 'class', data_type: 'TYPE_STRING', dims: [] });
  assert.equal(config.dynamic_batching, {
    preferred_batch_size: [2],
    max_queue_delay_microseconds: 500,
  });
  assert.equal(config.instance_group, [{ name: 'bars', kind: 'KIND_CPU', count: 1 }]);
  const before = Date.now();
  const [{ inference_count: none, last_inference: never }] = (await at('/v2/models/bars/stats'))
    .model_stats;
  assert.equal([none, never], [0, 0]);
  const send = (url: string, body: object) =>
    own.app.inject({
      method: 'POST',
      url,
      payload: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
  await send('/v2/models/bars/infer', {
    inputs: [input({ shape: [3, 6, 5], data: [...two, ...bar(1).flat()] })],
  });
  await send('/v1/predict', { pixels: bar(1) });
  const { model_stats: all } = await at('/v2/models/stats');
  const [{ inference_stats: stages, batch_stats: sizes, ...rest }] = all;
  const { version } = await at('/v1/models/bars');
  assert.equal(await at(`/v2/models/bars/versions/${version}/stats`), { model_stats: all });
  assert.ok(rest.last_inference >= before && rest.last_inference <= Date.now());
  assert.equal(
    [rest.name, rest.version, rest.inference_count, rest.execution_count],
    ['bars', version, 4, 3],
  );
  const counts = Object.fromEntries(
    Object.entries(stages).map(([name, s]) => [name, (s as { count: number }).count]),
  );
  assert.equal(counts, {
    success: 2,
    fail: 0,
    queue: 3,
    compute_input: 2,
    compute_infer: 3,
    compute_output: 2,
    cache_hit: 0,
  });
  assert.ok(stages.success.ns >= stages.compute_infer.ns && stages.compute_infer.ns > 0);
  assert.equal(
    sizes.map((s: { batch_size: number; compute_infer: { count: number } }) => [
      s.batch_size,
      s.compute_infer.count,
    ]),
    [
      [1, 2],
      [2, 1],
    ],
  );
  await own.close();
});

test('what it refuses, and in which words', async () => {
  const outputs = [{ name: 'label' }];
  const cases: readonly (readonly [object, number, string])[] = [
    [{}, 400, "'inputs' is nothing; a list of one tensor, 'image', was expected"],
    [{ inputs: [input({ name: 'x' })] }, 400, `the input is called "x"; 'image' was expected`],
    [
      { inputs: [input({ datatype: 'BOOL' })] },
      400,
      "input 'image': its datatype is 'BOOL'; BYTES or UINT8, INT8, UINT16, INT16, UINT32, INT32, UINT64, INT64, FP16, BF16, FP32, FP64 was expected",
    ],
    [
      { inputs: [input({ shape: [3, 6, 5] })] },
      400,
      "input 'image': it holds 60 values; its shape has 90",
    ],
    [{ inputs: [input({ shape: [60] })] }, 400, `input 'image': its shape is [60]; ${shapes}`],
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
    [{ inputs: [input({ shape: [7_000_000, 6, 5] })] }, 413, ''],
    [
      { inputs: [input({ data: [two, 3] })] },
      400,
      "input 'image': its data is lists nested 2 deep; its shape [2, 6, 5] or one flat list was expected",
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
