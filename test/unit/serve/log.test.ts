/** The prediction log: whole when the service ends, reopened by name, loud where the disk is full. */

import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { LineFile } from '../../../src/serve/log/line-file.js';
import { PredictionLog } from '../../../src/serve/log/prediction-log.js';
import { eventually } from '../../support/child.js';
import { bar, barsPath, openService } from '../../support/service.js';

const test = suite('serve/log');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-log-'));
const linesOf = (path: string) => readFileSync(path, 'utf8').split('\n').slice(0, -1);
const silent = { say: () => {} };

test('every line is there once the file is closed', async () => {
  const path = join(folder, 'whole');
  const file = await LineFile.open(path, { ...silent, pause: 1 });
  for (let i = 0; i < 5000; i++) {
    file.add(`line ${i}\n`);
    if (i % 500 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
  }
  await file.close();
  assert.equal(
    linesOf(path),
    Array.from({ length: 5000 }, (_, i) => `line ${i}`),
  );
  assert.equal([file.written, file.lost], [5000, 0]);
});

test('reopened, it goes on under its name, and the moved file keeps what it had', async () => {
  const path = join(folder, 'rotated');
  const file = await LineFile.open(path, silent);
  file.add('before\n');
  renameSync(path, `${path}.1`);
  await file.reopen();
  file.add('after\n');
  await file.close();
  assert.equal([linesOf(`${path}.1`), linesOf(path)], [['before'], ['after']]);
});

test('a full disk is said once, costs what passes the bound, and is recovered from in the middle of a line', async () => {
  const said: string[] = [];
  const written: Buffer[] = [];
  let room = 10;
  const file = await LineFile.open(join(folder, 'full'), {
    say: (text) => said.push(text),
    most: 40,
    pause: 1,
    write: async (_descriptor, bytes) => {
      if (room === 0) throw Object.assign(new Error('full'), { code: 'ENOSPC', errno: -28 });
      const taken = Math.min(room, bytes.length);
      room -= taken;
      written.push(bytes.subarray(0, taken));
      return taken;
    },
  });
  for (let i = 0; i < 8; i++) file.add(`line ${i}!!\n`);
  await file.flush();
  assert.is(file.failing, 'no space left on device');
  assert.is(said.length, 1);
  assert.match(said[0] as string, /full: cannot be written: no space left on device/);
  assert.is(file.lost, 4);
  await file.flush();
  assert.is(said.length, 1, 'once');
  room = 1000;
  await file.flush();
  assert.match(said[1] as string, /written again; 0 lines were lost/);
  file.add('and on\n');
  await file.close();
  assert.is(Buffer.concat(written).toString(), 'line 0!!\nline 1!!\nline 2!!\nline 3!!\nand on\n');
  assert.equal([file.written, file.lost, file.failing], [5, 4, undefined]);
});

test('a file that cannot be opened is an error in words', async () => {
  const error = await LineFile.open(join(folder, 'no/such/file'), silent).catch((e: Error) => e);
  assert.match((error as Error).message, /cannot be written: no such file or directory/);
});

test('served records, the shadow among them', async () => {
  const path = join(folder, 'served');
  const log = new PredictionLog(await LineFile.open(path, silent), 1);
  const models = ['a', 'b'].map((name) => ({ name, path: barsPath }));
  const service = await openService({}, { log, shadow: 'b' }, models);
  const { statusCode } = await service.app.inject({
    method: 'POST',
    url: '/predict',
    payload: JSON.stringify({ images: [bar(3), { pixels: bar(0), label: 1 }] }),
    headers: { 'x-request-id': 'r1' },
  });
  assert.is(statusCode, 200);
  const metrics = async () => (await service.app.inject({ url: '/metrics' })).body;
  let text = '';
  await eventually(() => {
    metrics().then((now) => {
      text = now;
    });
    return text.includes('fmnist_shadow_images_total{');
  });
  assert.match(text, 'fmnist_shadow_images_total{model="b",agrees="true"} 2');
  await log.file.close();
  await service.close();
  const records = linesOf(path).map((line) => JSON.parse(line));
  assert.is(records.length, 4);
  const [first, , third] = records;
  assert.ok(Date.now() - Date.parse(first.time) < 60_000);
  const { time: _, ms, confidence, ...rest } = first;
  assert.ok(ms > 0 && confidence > 0.9);
  assert.equal(rest, {
    type: 'served',
    id: 'r1',
    index: 0,
    model: 'a',
    version: '9e654a1023ca',
    prediction: 3,
    // Five pixels of 220 among 25 of 10: mean 45, deviation 210 × √(1/6 × 5/6).
    brightness: 45,
    contrast: 78.262,
    image: Buffer.from(bar(3).flat()).toString('base64'),
    rows: 6,
    columns: 5,
  });
  assert.equal([third.model, third.shadow, third.prediction], ['b', true, 3]);
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
