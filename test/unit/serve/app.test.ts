/** The service as a client sees it: every way to send an image, and what is refused. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tokensOf } from '../../../src/serve/access/tokens.js';
import { paths } from '../../support/paths.js';
import { bar, openService } from '../../support/service.js';

const test = suite('serve/app');
const service = await openService({ maxBody: 100_000, maxPixels: 10_000 });
const { app } = service;

type Body = string | Buffer;

async function post(payload: Body, headers: Record<string, string> = {}, url = '/v1/predict') {
  const answer = await app.inject({ method: 'POST', url, payload, headers });
  return { status: answer.statusCode, headers: answer.headers, text: answer.body };
}

/** The classes of the answer to a request that must succeed. */
async function classesOf(payload: Body, type?: string, url?: string): Promise<number[]> {
  const headers = { ...(type ? { 'content-type': type } : {}), accept: 'application/json' };
  const { status, text } = await post(payload, headers, url);
  assert.is(status, 200, text);
  return JSON.parse(text).predictions.map((p: { prediction: number }) => p.prediction);
}

async function refusal(payload: Body, type?: string, url?: string): Promise<[number, string]> {
  const { status, text } = await post(payload, type ? { 'content-type': type } : {}, url);
  const { error, ...rest } = JSON.parse(text);
  assert.equal(rest, {}, 'nothing but the error');
  return [status, error];
}

const grey = (image: number[][]) =>
  sharp(Buffer.from(image.flat()), { raw: { width: 5, height: 6, channels: 1 } });
const negative = (image: number[][]) => image.map((row) => row.map((v) => 255 - v));
const json = (value: unknown) => JSON.stringify(value);

test('one image: the whole answer', async () => {
  const headers = { 'content-type': 'application/json', 'x-request-id': 'mine-1' };
  const { status, text, headers: sent } = await post(json({ pixels: bar(2) }), headers);
  assert.is(status, 200);
  assert.is(sent['x-request-id'], 'mine-1');
  assert.is(sent['x-content-type-options'], 'nosniff');
  const { id, model, version, predictions } = JSON.parse(text);
  assert.equal([id, model, version], ['mine-1', 'bars', '9e654a1023ca']);
  const [{ top, confidence, ...rest }] = predictions;
  assert.equal(rest, { index: 0, prediction: 2, class: 'third' });
  // Logits 1.5 × 5 × 220 / 255 and 1.5 × 5 × 10 / 255, of four classes.
  const expected = 1 / (1 + 3 * Math.exp((7.5 * (10 - 220)) / 255));
  assert.ok(Math.abs(confidence - expected) < 1e-5, `${confidence} is not ${expected}`);
  assert.equal(
    top.map((t: { name: string }) => t.name),
    ['third', 'first', 'second'],
  );
});

test('JSON: rows, a flat list, base64 of pixels and of pictures, many', async () => {
  const png = await grey(bar(3)).png().toBuffer();
  const raw = Buffer.from(bar(1).flat()).toString('base64');
  const images = [bar(0), raw, { pixels: bar(2).flat() }, { image: png.toString('base64') }];
  images.push(`data:image/png;base64,${png.toString('base64')}`);
  assert.equal(await classesOf(json({ images })), [0, 1, 2, 3, 3]);
  assert.equal(await classesOf(json({ instances: [bar(1)] }), 'application/json'), [1]);
  assert.equal(await classesOf(json({ pixels: bar(0).flat(), rows: 6, columns: 5 })), [0]);
});

test('pictures: PNG, JPEG, WebP; grey, colour and alpha; larger ones, turned by EXIF', async () => {
  assert.equal(await classesOf(await grey(bar(1)).png().toBuffer(), 'image/png'), [1]);
  assert.equal(await classesOf(await grey(bar(1)).png().toBuffer()), [1], 'by its beginning');
  assert.equal(await classesOf(await grey(bar(2)).webp({ lossless: true }).toBuffer()), [2]);
  const large = grey(bar(3)).resize({ width: 50, height: 60, kernel: 'nearest' });
  assert.equal(await classesOf(await large.clone().jpeg().toBuffer(), 'image/jpeg'), [3]);
  assert.equal(await classesOf(await large.clone().toColourspace('srgb').png().toBuffer()), [3]);
  // 6 : orientation "turn by 90° clockwise": stored on its side.
  const turned = await sharp(await large.clone().rotate(270).png().toBuffer())
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  assert.equal(await classesOf(turned), [3]);
});

test('a form, with files and fields', async () => {
  const png = await grey(bar(1)).png().toBuffer();
  const part = (name: string, content: Body) => [
    Buffer.from(`--xyz\r\ncontent-disposition: form-data; ${name}\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ];
  const idx = readFileSync(join(paths.fixtures, 'tiny-images.idx')).subarray(0, 16 + 40 * 30);
  const body = Buffer.concat([
    ...part('name="a"; filename="a.png"', png),
    ...part('name="b"', json(bar(2))),
    ...part('name="c"; filename="c.idx"', idx),
    Buffer.from('--xyz--\r\n'),
  ]);
  const found = await classesOf(body, 'multipart/form-data; boundary=xyz');
  assert.equal(found.slice(0, 6), [1, 2, 0, 1, 2, 3]);
  assert.is(found.length, 42);
  const cut = body.subarray(0, body.length - 20);
  assert.is((await refusal(cut, 'multipart/form-data; boundary=xyz'))[0], 400);
  assert.is((await refusal(body, 'multipart/form-data'))[0], 400);
});

test('IDX: answered by the records of fmnist-predict, labels and all, gzipped or not', async () => {
  const body = readFileSync(join(paths.fixtures, 'tiny.idx'));
  for (const sent of [body, gzipSync(body)]) {
    const { status, text, headers } = await post(sent);
    assert.is(status, 200);
    assert.is(headers['content-type'], 'application/x-ndjson');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    assert.equal(
      lines.slice(0, 2).map(({ type }) => type),
      ['run', 'classes'],
    );
    assert.is(lines.length, 42);
    for (const [i, { index, label, prediction, probabilities }] of lines.slice(2).entries()) {
      assert.equal([index, prediction, probabilities.length], [i, label, 4]);
    }
  }
});

test('NDJSON: in and out', async () => {
  const lines = [0, 3].map((c) =>
    json({ type: 'image', rows: 6, columns: 5, pixels: bar(c).flat() }),
  );
  const { text } = await post(
    `${lines.join('\n')}\n`,
    { 'content-type': 'application/x-ndjson' },
    '/predict?top=1',
  );
  const predictions = text
    .trimEnd()
    .split('\n')
    .slice(2)
    .map((line) => JSON.parse(line));
  assert.equal(
    predictions.map(({ prediction }) => prediction),
    [0, 3],
  );
  assert.is(predictions[1].top[0].name, 'fourth');
});

test('dark on light is turned to its negative, and the answer says so', async () => {
  const png = await grey(negative(bar(1)))
    .png()
    .toBuffer();
  const { text } = await post(png);
  const [{ prediction, inverted }] = JSON.parse(text).predictions;
  assert.equal([prediction, inverted], [1, true]);
  const kept = JSON.parse((await post(png, {}, '/predict?polarity=keep')).text).predictions[0];
  assert.is.not(kept.prediction, 1);
  assert.is(kept.inverted, undefined);
  const upright = await post(json({ pixels: bar(1) }), {}, '/predict?polarity=invert');
  assert.is(JSON.parse(upright.text).predictions[0].inverted, true);
  const unclear = Array.from({ length: 6 }, () => Array(5).fill(128));
  const [status, error] = await refusal(json({ pixels: unclear }));
  assert.is(status, 422);
  assert.match(error, /neither dark nor light .*128 of 255.*polarity=keep/);
  const scaled = bar(1).map((row) => row.map((v) => (v > 100 ? 1 : 0)));
  assert.is((await refusal(json({ pixels: scaled })))[0], 422);
});

test('what is transparent is background, as for the programs', async () => {
  const rgba = (value: number) =>
    sharp(
      Buffer.from(
        bar(2).flatMap((row) => row.flatMap((v) => [value, value, value, v > 100 ? 255 : 0])),
      ),
      { raw: { width: 5, height: 6, channels: 4 } },
    )
      .png()
      .toBuffer();
  assert.equal(await classesOf(await rgba(255)), [2], 'light on nothing');
  const [status, error] = await refusal(await rgba(0));
  assert.is(status, 422);
  assert.match(error, /the picture is blank once prepared: every pixel is 0;/);
  const { text } = await post(await rgba(0), {}, '/predict?polarity=invert');
  assert.is(JSON.parse(text).predictions[0].prediction, 2, 'dark on nothing, inverted');
  const zeros = json({ pixels: Array.from({ length: 6 }, () => Array(5).fill(0)) });
  assert.is(JSON.parse((await post(zeros)).text).predictions[0].blank, true);
});

const refused: [
  what: string,
  status: number,
  words: RegExp,
  body: Body,
  type?: string | undefined,
  url?: string,
][] = [
  ['an empty body', 400, /empty/, ''],
  ['a text', 415, /no known kind/, 'hello', 'text/plain'],
  ['broken JSON', 400, /is not JSON/, '{"pixels": [1,', 'application/json'],
  ['a number', 400, /expected to be an object.*7 was sent/, '7', 'application/json'],
  ['no image in it', 400, /neither 'pixels'/, '{}', 'application/json'],
  ['too few pixels', 400, /a list of 3; 30 numbers/, '{"pixels":[1,2,3]}'],
  ['a ragged list', 400, /row 1 is a list of 1; a list of 2/, '{"pixels":[[1,2],[3]]}'],
  [
    'channels for rows',
    400,
    /image 0: 'pixels' is a list of 6 lists of 1; 6 rows of 5 were expected, or 'rows' and/,
    json({ images: [Array(6).fill([200])] }),
  ],
  [
    'a list nested otherwise than it says',
    400,
    /'pixels' is a list of 6 lists of 5; 5 rows of 6 were expected$/,
    json({ pixels: bar(0), rows: 5, columns: 6 }),
  ],
  ['fractions', 400, /pixel 1 is 0\.5; whole numbers from 0 to 255/, json({ pixels: [[0, 0.5]] })],
  ['256', 400, /pixel 0 is 256/, json({ pixels: [[256]] })],
  ['no base64', 400, /neither a picture nor 6 × 5/, json({ image: 'hello' })],
  ['a picture that is none', 400, /not a sound image/, 'hello', 'image/png'],
  ['a torn picture', 400, /not a sound image/, Buffer.from('\x89PNG\r\n\x1a\n and on', 'latin1')],
  ['an IDX stream cut short', 400, /cut short|truncated|expected/, Buffer.from([0, 0, 8, 3, 0])],
  [
    'too many pixels',
    413,
    /may hold 10000 pixels/,
    json({ pixels: [1], rows: 60000, columns: 60000 }),
  ],
  ['a body too large', 413, /larger than allowed/, Buffer.alloc(100_001)],
  ['a gzip bomb', 413, /larger than 100000 bytes once decompressed/, gzipSync(Buffer.alloc(1e6))],
  [
    'an unknown model',
    404,
    /no model is called 'x'; there is bars/,
    json({ pixels: bar(0) }),
    undefined,
    '/predict?model=x',
  ],
  [
    'an unknown top',
    400,
    /top: '0' is not a whole number/,
    json({ pixels: bar(0) }),
    undefined,
    '/predict?top=0',
  ],
  [
    'an unknown polarity',
    400,
    /polarity: 'up'/,
    json({ pixels: bar(0) }),
    undefined,
    '/predict?polarity=up',
  ],
  [
    'an unknown parameter',
    400,
    /no query parameter 'tpo' here; there is model, top, seen, polarity, key$/,
    json({ pixels: bar(0) }),
    undefined,
    '/predict?tpo=1',
  ],
  [
    'a parameter that is there twice',
    400,
    /query parameter 'top' is there 2 times/,
    json({ pixels: bar(0) }),
    undefined,
    '/predict?top=1&top=2',
  ],
  [
    'an NDJSON line',
    400,
    /line 2: is not JSON/,
    `${json({ pixels: bar(0) })}\n{`,
    'application/x-ndjson',
  ],
];
for (const [what, status, words, body, type, url] of refused)
  test(`refuses ${what} with ${status}`, async () => {
    const [actual, error] = await refusal(body, type, url);
    assert.match(error, words);
    assert.is(actual, status);
  });

test('a picture of 50,000 × 50,000 is refused by its head', async () => {
  const head = Buffer.from(await grey(bar(0)).png().toBuffer());
  head.writeUInt32BE(50_000, 16);
  head.writeUInt32BE(50_000, 20);
  const [status, error] = await refusal(head, 'image/png');
  assert.is(status, 413);
  assert.match(error, /50000 × 50000 pixels/);
});

test('paths and methods', async () => {
  const get = async (url: string) => {
    const { statusCode, body } = await app.inject({ url });
    return [statusCode, body] as const;
  };
  assert.is((await get('/health'))[0], 200);
  assert.equal(JSON.parse((await get('/ready'))[1]), { status: 'ready', models: ['bars'] });
  const classes = JSON.parse((await get('/classes'))[1]);
  assert.equal(classes.classes[3], { label: 3, name: 'fourth' });
  const [model] = JSON.parse((await get('/v1/models'))[1]).models;
  assert.equal([model.name, model.rows, model.columns, model.ready], ['bars', 6, 5, true]);
  assert.is(JSON.parse((await get('/v1/models/bars'))[1]).recipe.name, 'set by hand');
  assert.is((await get('/v1/models/other'))[0], 404);
  assert.equal(await get('/other'), [404, '{"error":"there is no such path"}\n']);
  const wrong = await app.inject({ method: 'DELETE', url: '/v1/models/bars/predict' });
  assert.equal([wrong.statusCode, wrong.headers.allow], [405, 'POST, OPTIONS']);
  assert.is(JSON.parse(wrong.body).error, 'DELETE is not for this path; POST is');
  const options = await app.inject({ method: 'OPTIONS', url: '/v1/models/bars?x' });
  assert.equal(
    [options.statusCode, options.headers.allow, options.body],
    [204, 'GET, HEAD, OPTIONS', ''],
  );
  assert.is((await app.inject({ method: 'OPTIONS', url: '/other' })).statusCode, 404);
  const head = await app.inject({ method: 'HEAD', url: '/classes' });
  const { body } = await app.inject({ url: '/classes' });
  assert.equal([head.statusCode, head.body], [200, '']);
  assert.is(Number(head.headers['content-length']), Buffer.byteLength(body));
  const posted = await app.inject({ method: 'HEAD', url: '/v1/predict' });
  assert.equal([posted.statusCode, posted.body], [405, '']);
});

test('metrics count what was asked and answered', async () => {
  const figure = async (name: string) => {
    const { body } = await app.inject({ url: '/metrics' });
    const line = body.split('\n').find((text) => text.startsWith(`${name} `));
    return Number(line?.slice(name.length + 1) ?? 0);
  };
  const name = 'fmnist_predictions_total{model="bars",class="second"}';
  const status = 'fmnist_http_requests_total{method="POST",route="/v1/predict",status="200"}';
  const [before, answered] = [await figure(name), await figure(status)];
  await classesOf(json({ images: [bar(1), bar(1), bar(2)] }));
  assert.is(await figure(name), before + 2);
  assert.is(await figure(status), answered + 1);
  assert.is(await figure('fmnist_queue_images{model="bars"}'), 0);
});

test('tokens: predictions for those who have one, administration for others', async () => {
  const guards = {
    predict: tokensOf(['predict-token-0001']),
    admin: tokensOf(['admin-token-000001']),
  };
  const guarded = await openService({}, { guards });
  const ask = async (url: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    return (await guarded.app.inject({ url, headers })).statusCode;
  };
  assert.is(await ask('/classes'), 401);
  assert.is(await ask('/classes', 'Bearer predict-token-0002'), 401);
  assert.is(await ask('/classes', 'Basic predict-token-0001'), 401);
  assert.is(await ask('/classes', 'Bearer predict-token-0001'), 200);
  assert.is(await ask('/classes', 'bearer admin-token-000001'), 200);
  assert.is(await ask('/health'), 200);
  await guarded.close();
});

test('a rate limit answers 429, and not to probes', async () => {
  const limited = await openService({}, { rateLimit: 2 });
  const statuses: number[] = [];
  for (const url of ['/classes', '/classes', '/classes', '/health'])
    statuses.push((await limited.app.inject({ url })).statusCode);
  assert.equal(statuses, [200, 200, 429, 200]);
  const last = await limited.app.inject({ url: '/classes' });
  assert.match(JSON.parse(last.body).error, /more than 2 requests a minute/);
  assert.ok(Number(last.headers['retry-after']) > 0);
  await limited.close();
});

test.after(() => service.close());
test.run();
