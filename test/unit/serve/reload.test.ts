/** Models replaced while they are asked: no request is dropped, and a bad file changes nothing. */

import {
  copyFileSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { tokensOf } from '../../../src/serve/access/tokens.js';
import { LineFile } from '../../../src/serve/log/line-file.js';
import { PredictionLog } from '../../../src/serve/log/prediction-log.js';
import { bar, barsPath, openService } from '../../support/service.js';

const test = suite('serve/reload');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-reload-'));
const path = join(folder, 'm.onnx');
copyFileSync(barsPath, path);
const guards = { admin: tokensOf(['admin-token-000001']) };
const service = await openService({}, { guards }, [{ name: 'm', path }]);
const { app } = service;

/** The same model under another digest: one of its classes has another name. */
function otherBytes(): Buffer {
  const bytes = Buffer.from(readFileSync(barsPath));
  bytes.write('prima', bytes.indexOf('first'));
  return bytes;
}

async function reload(authorization = 'Bearer admin-token-000001') {
  const headers = { authorization };
  const { statusCode, body } = await app.inject({
    method: 'POST',
    url: '/v1/admin/reload',
    headers,
  });
  return { status: statusCode, ...JSON.parse(body) };
}

async function ask() {
  const payload = JSON.stringify({ pixels: bar(0) });
  const { statusCode, body } = await app.inject({ method: 'POST', url: '/predict', payload });
  return { status: statusCode, ...JSON.parse(body) };
}

test('administration is for those with a token', async () => {
  assert.is((await reload('Bearer other-token-00001')).status, 401);
  const open = await openService();
  const { statusCode } = await open.app.inject({ method: 'POST', url: '/v1/admin/reload' });
  assert.is(statusCode, 403, 'closed where there are no tokens');
  await open.close();
});

test('another file is taken up, the same one is said to be the same', async () => {
  const before = await ask();
  assert.equal((await reload()).results, [
    { model: 'm', result: 'unchanged', version: before.version },
  ]);
  writeFileSync(path, otherBytes());
  const { status, results } = await reload();
  assert.equal([status, results[0].result], [200, 'replaced']);
  const after = await ask();
  assert.is.not(after.version, before.version);
  assert.equal([before.predictions[0].class, after.predictions[0].class], ['first', 'prima']);
});

test('a file that is no model, or none at all, leaves the old one in service', async () => {
  const { version } = await ask();
  writeFileSync(path, 'no model');
  const torn = await reload();
  assert.is(torn.status, 409);
  assert.match(torn.error, /m stays as it was: .*is no ONNX file/);
  assert.equal([torn.results[0].result, torn.results[0].version], ['failed', version]);
  rmSync(path);
  assert.is((await reload()).status, 409);
  const { status, version: still } = await ask();
  assert.equal([status, still], [200, version]);
});

test('an administrator who has moved the log away gets a new one, as by SIGHUP', async () => {
  const log = join(folder, 'log');
  const served = new PredictionLog(await LineFile.open(log, { say: () => {} }));
  const logging = await openService({}, { guards, log: served });
  const payload = JSON.stringify({ pixels: bar(0) });
  const predict = () => logging.app.inject({ method: 'POST', url: '/predict', payload });
  const lines = (path: string) => readFileSync(path, 'utf8').split('\n').length - 1;
  await predict();
  await served.flush();
  renameSync(log, `${log}.1`);
  const headers = { authorization: 'Bearer admin-token-000001' };
  const reloaded = await logging.app.inject({ method: 'POST', url: '/v1/admin/reload', headers });
  assert.is(reloaded.statusCode, 200);
  await predict();
  await predict();
  await logging.close();
  assert.equal([lines(`${log}.1`), lines(log)], [1, 2]);
});

test('no request is dropped through reloads under load', async () => {
  const files = [readFileSync(barsPath), otherBytes()];
  let asking = true;
  const seen = new Map<string, number>();
  const failed: unknown[] = [];
  const client = async () => {
    while (asking) {
      const answer = await ask();
      if (answer.status !== 200) failed.push(answer);
      else seen.set(answer.version, (seen.get(answer.version) ?? 0) + 1);
    }
  };
  const clients = Array.from({ length: 8 }, client);
  for (let i = 0; i < 6; i++) {
    writeFileSync(path, files[i % 2]!);
    assert.is((await reload()).results[0].result, 'replaced');
  }
  asking = false;
  await Promise.all(clients);
  assert.equal(failed, []);
  assert.is(seen.size, 2, 'both were asked');
});

test.after(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});
test.run();
