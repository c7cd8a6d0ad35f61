/** Clients that dawdle or send what is not HTTP: cut off in time, and counted; others do not notice. */

import { connect, type Socket } from 'node:net';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { Service } from '../../../src/serve/service.js';
import { defaultSettings } from '../../../src/serve/settings.js';
import { bar, barsPath, openService } from '../../support/service.js';

const test = suite('serve/slow');
const service = await Service.start({
  models: [{ name: 'bars', path: barsPath }],
  settings: { ...defaultSettings, timeout: 1000 },
  host: '127.0.0.1',
  port: 0,
  grace: 1000,
});
const port = Number(new URL(service.url).port);
const { cut } = service.parts.context.metrics;

/** A connection, and what came on it by the time it was closed. */
function open(): { readonly socket: Socket; readonly closed: Promise<string> } {
  const socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes;
  });
  socket.on('error', () => {});
  return { socket, closed: new Promise((resolve) => socket.on('close', () => resolve(text))) };
}

/** What came of sending `first`, and a byte of `rest` every 50 ms; and how long it took. */
async function trickle(first: string, rest = ''): Promise<[text: string, milliseconds: number]> {
  const started = performance.now();
  const { socket, closed } = open();
  socket.write(first);
  let at = 0;
  const timer = setInterval(() => at < rest.length && socket.write(rest[at++]!), 50);
  const text = await closed;
  clearInterval(timer);
  return [text, performance.now() - started];
}

const head = 'POST /predict HTTP/1.1\r\nHost: localhost\r\n';

/** The service answers somebody else as ever. */
async function answers(): Promise<void> {
  const body = JSON.stringify({ pixels: bar(1) });
  const answer = await fetch(`${service.url}/predict`, { method: 'POST', body });
  assert.is(answer.status, 200);
}

test('heads and bodies that trickle, and connections that say nothing, are cut', async () => {
  const before = cut.get(['late']);
  const patient = [
    ['', ''],
    [head, `X-Slow: ${'a'.repeat(1000)}`],
    [`${head}Content-Length: 1000\r\n\r\n`, ' '.repeat(1000)],
    [`${head}Transfer-Encoding: chunked\r\n\r\n`, '1\r\n \r\n'.repeat(300)],
    [`${head}Content-Length: 5000\r\n\r\n{"pix`, ''],
  ] as const;
  const many = Array.from({ length: 50 }, (_, i) => patient[i % patient.length] ?? patient[0]);
  const all = Promise.all(many.map(([first, rest]) => trickle(first, rest)));
  await answers();
  for (const [text, milliseconds] of await all) {
    assert.match(text, /^HTTP\/1\.1 408 Request Timeout\r\n/);
    assert.match(text, '{"error":"the request took too long to arrive (--timeout)"}');
    assert.ok(milliseconds < 6000, `${milliseconds} ms`);
    assert.ok(milliseconds > 900, `${milliseconds} ms`);
  }
  assert.is(cut.get(['late']), before + many.length);
  await answers();
});

test('heads that are too large, and what is not HTTP', async () => {
  const [large, malformed] = [cut.get(['large-head']), cut.get(['malformed'])];
  const refused = async (text: string) => (await trickle(text))[0].split('\r\n')[0];
  const status431 = 'HTTP/1.1 431 Request Header Fields Too Large';
  assert.is(await refused(`${head}X: ${'a'.repeat(20_000)}\r\n\r\n`), status431);
  assert.is(await refused(`GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`), status431);
  const lines = Array.from({ length: 3000 }, (_, i) => `X-${i}: 1\r\n`).join('');
  assert.is(await refused(`${head}${lines}\r\n`), status431);
  assert.is(cut.get(['large-head']), large + 3);
  const unsound = [
    'BREW /predict HTTP/1.1\r\nHost: localhost\r\n\r\n',
    '\x16\x03\x01\x02\x00\x01\x00\x01',
    // Two lengths, or a length and chunks: what one reads otherwise than a proxy before it did.
    `${head}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`,
    `${head}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n`,
    `${head}Content-Length: -1\r\n\r\n`,
  ];
  for (const text of unsound) assert.is(await refused(text), 'HTTP/1.1 400 Bad Request', text);
  assert.is(cut.get(['malformed']), malformed + unsound.length);
  await answers();
});

test('an answer that nobody reads is cut; a client that waits for one is not', async () => {
  const { app, context, close } = await openService({ timeout: 1000 });
  app.get('/large', async () => Buffer.alloc(64 << 20));
  app.get('/late', async () => {
    await new Promise((resolve) => setTimeout(resolve, 2500));
    return 'at last';
  });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const late = fetch(`${url}/late`).then((answer) => answer.text());
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  socket.on('error', () => {});
  socket.pause();
  socket.write('GET /large HTTP/1.1\r\nHost: localhost\r\n\r\n');
  const started = performance.now();
  const { cut } = context.metrics;
  while (cut.get(['unread']) === 0 && performance.now() - started < 10_000)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.is(cut.get(['unread']), 1);
  assert.ok(performance.now() - started > 900);
  assert.is(await late, 'at last');
  const { body } = await app.inject({ url: '/metrics' });
  assert.match(body, 'fmnist_connections_cut_total{reason="unread"} 1\n');
  socket.destroy();
  await close();
});

test('nothing of them is left', async () => {
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const { server } = service.parts.app;
  const open = await new Promise<number>((resolve) => {
    server.getConnections((_error, count) => resolve(count));
  });
  assert.ok(open <= 4, `${open} connections`);
});

test.after(() => service.stop());
test.run();
