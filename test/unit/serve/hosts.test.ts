/** Whom the service answers: its own names, pages of its own origin, and clients behind proxies that are trusted. */

import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { clientAddress } from '../../../src/serve/access/client-address.js';
import { HostRules } from '../../../src/serve/access/hosts.js';
import type { AccessEntry, AccessLog } from '../../../src/serve/log/access-log.js';
import { bar, openService } from '../../support/service.js';

const test = suite('serve/hosts');

/** Whether a Host is answered. */
function answers(rules: HostRules, host: string | undefined): boolean {
  try {
    rules.checkHost(host);
    return true;
  } catch (error) {
    assert.is((error as { status?: number }).status, 421);
    return false;
  }
}

test('on the loopback: its names and addresses, with any port and spelling', () => {
  const rules = new HostRules();
  const [ours, others] = [
    ['localhost', 'LOCALHOST:8080', 'localhost.', 'a.localhost:1', '127.0.0.1:8080', '127.9.9.9'],
    ['evil.example:8080', 'localhost.evil.example', '127.0.0.1.evil.example', '192.168.1.5:8080'],
  ];
  ours.push('[::1]:8080', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]');
  others.push(
    '0.0.0.0:8080',
    '[2001:db8::1]',
    '127.0.0.1@evil.example',
    'localhost/evil',
    'a b',
    ':80',
  );
  for (const host of [...ours, ...ours]) assert.is(answers(rules, host), true, host);
  for (const host of [...others, ...others]) assert.is(answers(rules, host), false, host);
  assert.is(answers(rules, undefined), true);
  assert.is(answers(rules, ''), true);
});

test('beyond the loopback: every address, as probes and scrapers send it, and no name unheard of', () => {
  for (const listens of ['0.0.0.0', '::', '10.0.0.5']) {
    const rules = new HostRules(listens);
    assert.is(rules.local, false);
    for (const host of ['10.0.0.5:8080', '[2001:db8::1]:8080', 'localhost:8080'])
      assert.is(answers(rules, host), true, host);
    for (const host of ['evil.example', 'fmnist-serve:8080'])
      assert.is(answers(rules, host), false, host);
  }
});

test('--host and --allow-host: a name, all names below one, any', () => {
  const rules = new HostRules('garments.example', ['Other.Example:8443', '.svc.example']);
  for (const host of ['garments.example', 'other.example', 'a.b.svc.example', 'svc.example'])
    assert.is(answers(rules, host), true, host);
  for (const host of ['a.other.example', 'evilsvc.example'])
    assert.is(answers(rules, host), false, host);
  assert.is(answers(new HostRules('0.0.0.0', ['*']), 'whatever.example'), true);
  for (const name of ['https://a.example', '*.a.example', 'a b'])
    assert.throws(() => new HostRules('::1', [name]), /--allow-host: .* is no name of a host/);
});

const asked = (rules: HostRules, headers: Record<string, string>) => {
  try {
    rules.checkOrigin(headers);
    return 'taken';
  } catch (error) {
    assert.is((error as { status?: number }).status, 403);
    return (error as Error).message;
  }
};

test('origins: its own, those of allowed hosts, and programs', () => {
  const rules = new HostRules('127.0.0.1', ['fmnist.example']);
  const host = '127.0.0.1:8080';
  for (const headers of [
    {},
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://127.0.0.1:8080', 'sec-fetch-site': 'same-origin' },
    // Behind a proxy, where the Host is that of the upstream.
    { origin: 'https://fmnist.example' },
    { origin: 'https://fmnist.example:8443', 'sec-fetch-site': 'same-origin' },
  ])
    assert.is(asked(rules, { host, ...headers } as Record<string, string>), 'taken');
  for (const origin of [
    'https://evil.example',
    'http://127.0.0.1:3000',
    'http://localhost:8080',
    'null',
    'file://',
    'http://127.0.0.1:8080.evil.example',
  ])
    assert.is(
      asked(rules, { host, origin }),
      `a page of '${origin}' may not ask this of the service; --allow-host lets the pages of a host`,
    );
  for (const site of ['cross-site', 'same-site'])
    assert.is(
      asked(rules, { host, 'sec-fetch-site': site }),
      'a page of another site may not ask this of the service',
    );
});

test('a page elsewhere reaches nothing: not by its own name, not by a plain post', async () => {
  const { app, close } = await openService();
  const payload = JSON.stringify({ pixels: bar(1) });
  for (const url of ['/health', '/metrics', '/', '/v1/models', '/none']) {
    const { statusCode, body } = await app.inject({ url, headers: { host: 'evil.example:8080' } });
    assert.is(statusCode, 421);
    assert.is(
      JSON.parse(body).error,
      "this service does not answer to the host 'evil.example:8080'; localhost was expected, or a name that --allow-host names",
    );
  }
  const post = (url: string, headers: Record<string, string>) =>
    app.inject({ method: 'POST', url, payload, headers: { host: 'localhost:8080', ...headers } });
  const elsewhere = { origin: 'https://evil.example', 'content-type': 'text/plain' };
  for (const url of ['/v1/predict', '/v1/feedback', '/v1/admin/reload', '/v2/models/bars/infer'])
    assert.is((await post(url, elsewhere)).statusCode, 403, url);
  assert.is((await post('/v1/predict', { origin: 'http://localhost:8080' })).statusCode, 200);
  // Reading is harmless: without CORS headers a page of another origin does not see the answer.
  const read = await app.inject({ url: '/v1/models', headers: { origin: 'https://evil.example' } });
  assert.equal([read.statusCode, read.headers['access-control-allow-origin']], [200, undefined]);
  await close();
});

test('clients behind proxies: the rightmost that is not trusted', () => {
  const of = (trusted: string[], peer: string, headers: Record<string, string> = {}) =>
    clientAddress(trusted)({ raw: { socket: { remoteAddress: peer }, headers } } as never);
  const forwarded = { 'x-forwarded-for': '6.6.6.6, 192.0.2.7, 10.1.2.3' };
  assert.is(of([], '127.0.0.1', forwarded), '127.0.0.1');
  assert.is(of(['127.0.0.1'], '192.0.2.9', forwarded), '192.0.2.9', 'not by a proxy');
  assert.is(of(['127.0.0.1'], '127.0.0.1', forwarded), '10.1.2.3');
  assert.is(of(['127.0.0.1', '10.0.0.0/8'], '::ffff:127.0.0.1', forwarded), '192.0.2.7');
  assert.is(of(['0.0.0.0/0'], '127.0.0.1', forwarded), '6.6.6.6', 'all are trusted');
  for (const [text, address] of [
    ['192.0.2.7:4711', '192.0.2.7'],
    ['[2001:db8::7]:4711', '2001:db8::7'],
    ['2001:db8::7', '2001:db8::7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    // Not a word of it can be believed further left.
    ['192.0.2.7, unknown', '127.0.0.1'],
    ['192.0.2.7, ', '127.0.0.1'],
  ] as const)
    assert.is(of(['127.0.0.1'], '127.0.0.1', { 'x-forwarded-for': text }), address, text);
  const named = (header: string) => of(['127.0.0.1'], '127.0.0.1', { forwarded: header });
  assert.is(named('for=6.6.6.6, For="[2001:db8::7]:4711";proto=https'), '2001:db8::7');
  assert.is(named('proto=https;for=192.0.2.7;by=10.0.0.1'), '192.0.2.7');
  assert.is(named('for=192.0.2.7, for=_hidden'), '127.0.0.1');
  // A proxy that writes one of them hands on the other as its client made it up.
  const both = { 'x-forwarded-for': '192.0.2.7', forwarded: 'for=6.6.6.6' };
  assert.is(of(['127.0.0.1'], '127.0.0.1', both), '127.0.0.1');
  assert.is(of(['127.0.0.1'], '127.0.0.1', { ...both, forwarded: 'for=192.0.2.7' }), '192.0.2.7');
  assert.is(of(['2001:db8::/32'], '2001:db8::1', { 'x-forwarded-for': '192.0.2.7' }), '192.0.2.7');
  for (const text of ['proxy', '10.0.0.0/33', '10.0.0.0/', '::1/129', '10.0.0/8'])
    assert.throws(() => clientAddress([text]), /--trust-proxy: .* is no address/);
});

test('the rate limit and the access log go by the client', async () => {
  const clients: string[] = [];
  const accessLog = { write: ({ client }: AccessEntry) => clients.push(client) };
  const { app, close } = await openService(
    {},
    {
      rateLimit: 1,
      clientOf: clientAddress(['127.0.0.1']),
      accessLog: accessLog as unknown as AccessLog,
    },
  );
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const ask = (client: string) =>
    new Promise<number>((resolve, reject) => {
      const headers = { 'x-forwarded-for': client };
      const sent = request({ port, host: '127.0.0.1', path: '/classes', headers }, (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      });
      sent.on('error', reject);
      sent.end();
    });
  assert.equal(
    [await ask('192.0.2.1'), await ask('192.0.2.2'), await ask('6.6.6.6, 192.0.2.1')],
    [200, 200, 429],
  );
  assert.equal(clients, ['192.0.2.1', '192.0.2.2', '192.0.2.1']);
  await close();
});

test.run();
