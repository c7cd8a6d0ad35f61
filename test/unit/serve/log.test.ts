/** The prediction log: whole when the service ends, reopened by name, loud where the disk is full. */

import { mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { pixelPrint, printText } from '../../../src/image/copies.js';
import { measureImage, writtenFeatures } from '../../../src/image/features/measure.js';
import { LineFile } from '../../../src/serve/log/line-file.js';
import { MeasuringQueue } from '../../../src/serve/log/measuring-queue.js';
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
  assert.match(said[0]!, /full: cannot be written: no space left on device/);
  assert.is(file.lost, 4);
  await file.flush();
  assert.is(said.length, 1, 'once');
  room = 1000;
  await file.flush();
  assert.match(said[1]!, /written again; 0 lines were lost/);
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
  const log = new PredictionLog(await LineFile.open(path, silent), {
    pixels: 1,
    features: 1,
  });
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
  await service.close();
  const records = linesOf(path).map((line) => JSON.parse(line));
  assert.is(records.length, 4);
  const [first, , third] = records;
  assert.ok(Date.now() - Date.parse(first.time) < 60_000);
  const { time: _, ms, confidence, margin, ...rest } = first;
  assert.ok(ms > 0 && confidence > 0.9);
  assert.ok(margin > 2 * confidence - 1.001 && margin <= confidence, String(margin));
  assert.equal(rest, {
    type: 'served',
    id: 'r1',
    index: 0,
    model: 'a',
    version: '9e654a1023ca',
    prediction: 3,
    // Five pixels of 220 among 25 of 10: mean 45, deviation 210 × √(1/6 × 5/6). And whatever else is measured.
    ...writtenFeatures(measureImage(Uint8Array.from(bar(3).flat()), 0, { rows: 6, columns: 5 })),
    image: Buffer.from(bar(3).flat()).toString('base64'),
    rows: 6,
    columns: 5,
    fingerprint: printText(pixelPrint(Uint8Array.from(bar(3).flat()))),
  });
  assert.equal([first.brightness, first.contrast], [45, 78.262]);
  assert.equal([third.model, third.shadow, third.prediction], ['b', true, 3]);
});

/** What is known of a line when it is written: its number, and whether its image was measured. */
function queued(most: number, count: number) {
  const lines: string[] = [];
  const queue = new MeasuringQueue((line) => lines.push(line), { most, slice: 0.3 });
  const image = { pixels: Uint8Array.from(bar(1).flat()), rows: 6, columns: 5 };
  for (let i = 0; i < count; i++)
    queue.add(
      (features) => `${i} ${features?.brightness ?? 'unmeasured'}`,
      i % 3 === 2 ? undefined : image,
    );
  return { lines, queue };
}

const told = (i: number) => `${i} ${i % 3 === 2 ? 'unmeasured' : 45}`;

test('images are measured between requests, and no line overtakes another', async () => {
  const { lines, queue } = queued(4096, 3000);
  assert.is(lines.length, 0);
  await eventually(() => lines.length > 0);
  assert.ok(lines.length < 3000, `${lines.length} at a time`);
  await eventually(() => lines.length === 3000);
  assert.equal(
    lines,
    Array.from({ length: 3000 }, (_, i) => told(i)),
  );
  // Nothing is waited for any more.
  queue.add(() => 'at once');
  assert.is(lines.at(-1), 'at once');
  assert.is(queue.unmeasured, 0);
});

test('where too many wait, images go by unmeasured, and are counted', () => {
  const { lines, queue } = queued(300, 900);
  queue.drain();
  assert.is(lines.length, 900);
  assert.equal(
    lines.slice(600),
    Array.from({ length: 300 }, (_, i) => told(600 + i)),
  );
  assert.is(queue.unmeasured, 400);
  assert.is(lines.filter((line) => line.endsWith(' 45')).length, 200);
});

test('of a share of the images, or of none, features are kept', async () => {
  for (const [features, least, most] of [
    [0, 0, 0],
    [0.5, 20, 80],
  ] as const) {
    const path = join(folder, `features-${features}`);
    const log = new PredictionLog(await LineFile.open(path, silent), { pixels: 0, features });
    const service = await openService({}, { log });
    const images = Array.from({ length: 100 }, () => bar(1));
    await service.app.inject({ method: 'POST', url: '/predict', payload: { images } });
    await service.close();
    const records = linesOf(path).map((line) => JSON.parse(line));
    assert.is(records.length, 100);
    assert.ok(records.every(({ brightness, margin }) => brightness === 45 && margin > 0));
    const measured = records.filter(({ entropy }) => entropy > 0).length;
    assert.ok(measured >= least && measured <= most, `${measured} of 100 measured`);
  }
});

test.after(() => rmSync(folder, { recursive: true, force: true }));
test.run();
