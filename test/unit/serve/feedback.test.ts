/** True labels for what was served: into the log, counted, and refused where they fit nothing. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LineFile } from '../../../src/serve/log/line-file.js';
import { PredictionLog } from '../../../src/serve/log/prediction-log.js';
import { bar, openService } from '../../support/service.js';

const test = suite('serve/feedback');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-feedback-'));
type Service = Awaited<ReturnType<typeof openService>>;

async function post({ app }: Service, url: string, value: unknown, id = '') {
  const headers = { 'content-type': 'application/json', ...(id ? { 'x-request-id': id } : {}) };
  const payload = JSON.stringify(value);
  const answer = await app.inject({ method: 'POST', url, payload, headers });
  return [answer.statusCode, JSON.parse(answer.body)];
}

test('into the log, counted where the answer is remembered', async () => {
  const path = join(folder, 'log');
  const log = new PredictionLog(await LineFile.open(path, { say: () => {} }));
  const service = await openService({}, { log });
  await post(service, '/predict', { images: [bar(1), bar(2)] }, 'r1');
  assert.equal(await post(service, '/v1/feedback', { id: 'r1', label: 'second' }), [
    200,
    { logged: true, feedback: [{ id: 'r1', index: 0, label: 1, correct: true }] },
  ]);
  const list = [
    { id: 'r1', index: 1, label: 0 },
    { id: 'long-ago', label: 3 },
  ];
  assert.equal(await post(service, '/v1/feedback', list), [
    200,
    {
      logged: true,
      feedback: [
        { id: 'r1', index: 1, label: 0, correct: false },
        { id: 'long-ago', index: 0, label: 3 },
      ],
    },
  ]);
  const { body } = await service.app.inject({ url: '/metrics' });
  assert.match(body, 'fmnist_feedback_total{model="bars",correct="true"} 1\n');
  assert.match(body, 'fmnist_feedback_total{model="bars",correct="false"} 1\n');
  await service.close();
  const records = readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const told = records.filter(({ type }) => type === 'feedback');
  assert.ok(told.every(({ time }) => Date.now() - Date.parse(time) < 60_000));
  assert.equal(
    told.map(({ time: _, ...rest }) => rest),
    [
      { type: 'feedback', id: 'r1', index: 0, label: 1 },
      { type: 'feedback', id: 'r1', index: 1, label: 0 },
      { type: 'feedback', id: 'long-ago', index: 0, label: 3 },
    ],
  );
});

test('refused, and then none of a list is taken', async () => {
  const service = await openService();
  await post(service, '/predict', { pixels: bar(0) }, 'r2');
  for (const [value, status, words] of [
    [{ id: 'r2', label: 'shoe' }, 400, /there is no class 'shoe'; there is first/],
    [{ id: 'r2', label: 4 }, 400, /there is no class '4'/],
    [{ id: 'r2', index: 1, label: 0 }, 404, /request 'r2' had no image 1/],
    [{ id: 'r3', label: 0 }, 404, /request 'r3' is not among the last/],
    [{ id: 'r2', index: 1, label: 'first' }, 404, /request 'r2' had no image 1/],
    [{ id: 'a b', label: 0 }, 400, /'id' is "a b", no request id/],
    [{ id: 'r2', index: -1, label: 0 }, 400, /'index' is -1, no position/],
    [{ id: 'r2' }, 400, /'label' is missing, neither/],
    [[], 400, /0 labels; 1 to 10000/],
    ['x', 400, /was expected/],
    [
      [
        { id: 'r2', label: 0 },
        { id: 'r2', label: 9 },
      ],
      400,
      /item 1: there is no class '9'/,
    ],
  ] as const) {
    const [got, { error }] = await post(service, '/v1/feedback', value);
    assert.is(got, status, error);
    assert.match(error, words);
  }
  const { body } = await service.app.inject({ url: '/metrics' });
  assert.equal(body.match(/^fmnist_feedback_total\{.*/gm), [
    'fmnist_feedback_total{model="bars",correct="true"} 0',
    'fmnist_feedback_total{model="bars",correct="false"} 0',
  ]);
  assert.equal((await post(service, '/v1/feedback', { id: 'r2', label: 0 }))[1].logged, false);
  await service.close();
});

test('one label an image, the last; counted once', async () => {
  const service = await openService();
  const [, { predictions }] = await post(service, '/predict', { pixels: bar(0) }, 'twice');
  assert.is(predictions[0].prediction, 0);
  const told = async (label: number) => {
    await post(service, '/v1/feedback', { id: 'twice', label });
    const { body } = await service.app.inject({ url: '/metrics' });
    return [...body.matchAll(/^fmnist_feedback_(?:changed_)?total\{.*\} (\d+)/gm)].map(
      ([, n]) => n,
    );
  };
  // Right and wrong by the first label; made right and made wrong by a later one.
  assert.equal(await told(0), ['1', '0', '0', '0']);
  assert.equal(await told(0), ['1', '0', '0', '0']);
  assert.equal(await told(1), ['1', '0', '0', '1']);
  assert.equal(await told(2), ['1', '0', '0', '1']);
  assert.equal(await told(0), ['1', '0', '1', '1']);
  await service.close();
});

test('an id that was used again names no image', async () => {
  const service = await openService();
  await post(service, '/predict', { pixels: bar(0) }, 'same');
  await post(service, '/predict', { pixels: bar(1) }, 'same');
  const [status, { error }] = await post(service, '/v1/feedback', { id: 'same', label: 0 });
  assert.is(status, 409);
  assert.match(
    error,
    /image 0 of request 'same' was asked about more than once; a request with an id/,
  );
  await service.close();
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
