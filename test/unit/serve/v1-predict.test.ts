/** TensorFlow Serving's REST API, and KServe's protocol V1: rows, columns, pictures, status, and what is refused. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeGreyPng } from '../../../src/picture/png.js';
import { bar, openService } from '../../support/service.js';

const test = suite('serve/v1-predict');
const service = await openService();
const { app } = service;
const version = '9e654a1023ca';

async function ask(body: unknown, url = '/v1/models/bars:predict') {
  const answer = await app.inject({
    method: 'POST',
    url,
    payload: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  });
  return { status: answer.statusCode, ...answer.json() };
}
const best = (rows: number[][]) => rows.map((row) => row.indexOf(Math.max(...row)));
const channels = (image: number[][]) => image.map((row) => row.map((v) => [v]));
const png = (c: number) =>
  Buffer.from(
    encodeGreyPng({ rows: 6, columns: 5, pixels: Uint8Array.from(bar(c).flat()) }),
  ).toString('base64');

test('rows: probabilities of each class, image by image', async () => {
  const { status, predictions, ...rest } = await ask({ instances: [bar(2), bar(0)] });
  assert.equal([status, rest], [200, {}]);
  assert.equal(best(predictions), [2, 0]);
  // Class c has the logit 1.5 × the sum of row c + 1 / 255.
  const odds = Math.exp((1.5 * 5 * 210) / 255);
  assert.ok(Math.abs(predictions[0][2] - odds / (odds + 3)) < 1e-5);
  for (const instances of [
    [channels(bar(2)), channels(bar(0))],
    [[bar(2)], [bar(0)]],
    [bar(2).flat(), bar(0).flat()],
    [{ image: bar(2) }, { image: bar(0) }],
    [{ b64: png(2) }, { b64: png(0) }],
    [{ image: { b64: png(2) } }, { image: { b64: png(0) } }],
    [png(2), png(0)],
  ])
    assert.equal((await ask({ instances })).predictions, predictions);
  const named = { signature_name: 'serving_default', instances: [bar(2), bar(0)] };
  assert.equal(
    (await ask(named, `/v1/models/bars/versions/${version}:predict`)).predictions,
    predictions,
  );
});

test('columns: the tensor as a whole, with its name and without', async () => {
  for (const inputs of [[bar(3)], { image: [bar(3)] }, { image: [{ b64: png(3) }] }]) {
    const { status, outputs, ...rest } = await ask({ inputs });
    assert.equal([status, best(outputs), rest], [200, [3], {}]);
  }
});

test('what it refuses, and in which words', async () => {
  const shapes = '[n, 6, 5], [n, 6, 5, 1], [n, 1, 6, 5], [n, 30] was expected';
  for (const [body, words] of [
    [{}, "the request has none of 'instances' and 'inputs'; one was expected"],
    [
      { instances: [bar(0)], inputs: [bar(0)] },
      "the request has both of 'instances' and 'inputs'; one was expected",
    ],
    [{ instances: [] }, "'instances' is a list of 0; a list of images was expected"],
    [{ instances: bar(0) }, `'instances': its shape is [6, 5]; ${shapes}`],
    [{ instances: channels(bar(0)) }, `'instances': its shape is [6, 5, 1]; ${shapes}`],
    [{ inputs: bar(0) }, `'inputs': its shape is [6, 5]; ${shapes}`],
    [
      { instances: [bar(0), bar(0).slice(1)] },
      "'instances': data[1] is a list of 5; 6 were expected (its shape is [2, 6, 5])",
    ],
    [{ instances: [[[[[[1]]]]]] }, "'instances' is lists nested 6 deep; images were expected"],
    [{ instances: [{ x: bar(0) }] }, `'instances'[0] names "x"; 'image' was expected`],
    [{ inputs: {} }, "'inputs' names no input; 'image' was expected"],
    [{ inputs: { image: 3 } }, "'inputs' is 3; a list of images was expected"],
    [{ instances: [{ b64: png(0) }, 3] }, "'instances': an element is 3; base64 was expected"],
    [{ instances: ['AAAA'] }, "'instances': element 0 is not a picture file"],
    [
      { instances: [bar(0)], signature_name: 'other' },
      `there is no signature "other"; there is 'serving_default'`,
    ],
    [[], 'the request is a list of 0; a JSON object was expected'],
    ['{', 'the request: is not JSON'],
  ] as const) {
    const { status, error } = await ask(body);
    assert.equal([status, error], [400, words]);
  }
  const floats = await ask({ instances: [bar(0).map((row) => row.map((v) => v / 255))] });
  assert.match(floats.error, /^'instances': value 0 is 0\.0392\S*; whole numbers from 0 to 255/);
  assert.is((await ask({ instances: [bar(0)] }, '/v1/models/none:predict')).status, 404);
  assert.is((await ask({}, '/v1/models/bars/versions/1:predict')).status, 404);
  assert.is((await ask({}, '/v1/models/bars:classify')).status, 404);
  const get = await app.inject({ method: 'DELETE', url: '/v1/models/bars:predict' });
  assert.equal([get.statusCode, get.headers.allow], [405, 'POST, OPTIONS']);
});

test('status and signature', async () => {
  const at = async (url: string) => (await app.inject({ url })).json();
  const status = [{ version, state: 'AVAILABLE', status: { error_code: 'OK', error_message: '' } }];
  const { name, ready, model_version_status } = await at('/v1/models/bars');
  assert.equal([name, ready, model_version_status], ['bars', true, status]);
  assert.equal(await at(`/v1/models/bars/versions/${version}`), { model_version_status: status });
  const { signature_def } = (await at('/v1/models/bars/metadata')).metadata.signature_def;
  const { inputs, outputs } = signature_def.serving_default;
  const sizes = ({ tensor_shape: { dim } }: { tensor_shape: { dim: { size: string }[] } }) =>
    dim.map(({ size }) => size);
  assert.equal(
    [sizes(inputs.image), sizes(outputs.probabilities)],
    [
      ['-1', '6', '5'],
      ['-1', '4'],
    ],
  );
});

test('the route is one in the metrics, whatever the model', async () => {
  await ask({ instances: [bar(0)] });
  const { body } = await app.inject({ url: '/metrics' });
  assert.match(
    body,
    /fmnist_http_requests_total\{method="POST",route="\/v1\/models\/:name:predict",status="200"\} \d/,
  );
});

test.after(() => service.close());
test.run();
