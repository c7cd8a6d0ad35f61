/** TLS by certificate and key, and what SIGHUP reads again: a new certificate for new connections, other tokens, and not what is damaged. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { freePort } from '../../bench/serving.js';
import { endChildren, eventually, startProgram } from '../../support/child.js';
import { needing } from '../../support/needing.js';
import { bar, barsPath } from '../../support/service.js';

const test = suite('serve/secrets');
const folder = mkdtempSync(join(tmpdir(), 'fmnist-secrets-'));
const at = (name: string) => join(folder, name);
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

/** A self-signed certificate for a name. */
function certify(name: string): void {
  const words = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '1',
  ];
  const { status, stderr } = spawnSync(
    'openssl',
    [...words, '-subj', `/CN=${name}`, '-keyout', at('key.new'), '-out', at('cert.new')],
    { encoding: 'utf8' },
  );
  assert.is(status, 0, stderr);
  renameSync(at('key.new'), at('key.pem'));
  renameSync(at('cert.new'), at('cert.pem'));
}

function ask(
  port: number,
  token: string,
): Promise<{
  readonly status: number;
  readonly name: string;
  readonly headers: IncomingMessage['headers'];
}> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        port,
        host: '127.0.0.1',
        path: '/v1/predict',
        method: 'POST',
        agent: false,
        rejectUnauthorized: false,
        headers: { authorization: `Bearer ${token}` },
      },
      (answer) => {
        const name = String((answer.socket as TLSSocket).getPeerCertificate().subject?.CN);
        answer.resume();
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, name, headers: answer.headers }),
        );
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify({ pixels: bar(1) }));
  });
}

const withTls = needing(test, hasOpenssl ? undefined : 'no openssl to make a certificate with');

withTls('certificate and tokens are read again on SIGHUP; damaged ones are not taken', async () => {
  certify('first.test');
  writeFileSync(at('tokens'), '# who may\nfirst-token-of-all\n');
  const port = await freePort();
  const words = [
    '--port',
    String(port),
    '--cert',
    at('cert.pem'),
    '--key',
    at('key.pem'),
    '--token-file',
    at('tokens'),
    barsPath,
  ];
  const child = startProgram('fmnist-serve', words, folder);
  await eventually(() => /serving .* at https:/.test(child.stderr()));
  const first = await ask(port, 'first-token-of-all');
  assert.equal([first.status, first.name], [200, 'first.test']);
  assert.is(first.headers['strict-transport-security'], 'max-age=31536000');
  assert.is((await ask(port, 'other-token-of-all')).status, 401);

  certify('second.test');
  writeFileSync(at('tokens'), 'other-token-of-all\n');
  const reloads = () => child.stderr().match(/reloaded bars/g)?.length ?? 0;
  child.process.kill('SIGHUP');
  await eventually(() => reloads() === 1);
  const second = await ask(port, 'other-token-of-all');
  assert.equal([second.status, second.name], [200, 'second.test']);
  assert.is((await ask(port, 'first-token-of-all')).status, 401);

  writeFileSync(at('cert.pem'), 'no certificate');
  writeFileSync(at('tokens'), 'short\n');
  child.process.kill('SIGHUP');
  await eventually(() => reloads() === 2 && /are no certificate and its key/.test(child.stderr()));
  assert.match(child.stderr(), /tokens: line 1: is no token.*what was read before stays/);
  const third = await ask(port, 'other-token-of-all');
  assert.equal([third.status, third.name], [200, 'second.test']);
  child.process.kill('SIGTERM');
  assert.is(await child.ended, 0);
});

withTls('a certificate without its key is refused at once', async () => {
  certify('third.test');
  writeFileSync(at('key.pem'), 'no key');
  const child = startProgram(
    'fmnist-serve',
    ['--port', '0', '--cert', at('cert.pem'), '--key', at('key.pem'), barsPath],
    folder,
  );
  assert.is(await child.ended, 1);
  assert.match(
    child.stderr(),
    /^fmnist-serve: .*cert\.pem, .*key\.pem: are no certificate and its key/,
  );
});

test.after(() => {
  endChildren();
  rmSync(folder, { recursive: true, force: true });
});
test.run();
