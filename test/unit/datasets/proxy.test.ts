/** Redirects, proxies, and https: through a tunnel. */

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sendFile, withMirror } from '../../support/mirror.js';
import { needing } from '../../support/needing.js';
import { cached, fetchIn, imagesFile, imagesName, imagesZipped, inFolder } from './fixture.js';

const test = suite('fetch: redirects and proxies');
const noExceptions = { no_proxy: '', NO_PROXY: '', HTTP_PROXY: '', HTTPS_PROXY: '', ALL_PROXY: '' };
const line = (place: string, words = '') =>
  `fmnist-fetch --images --as tiny --source ${place} ${words}`;

test('redirects are followed', () =>
  inFolder((folder) =>
    withMirror(
      ({ url = '', headers, ...rest }, response) => {
        if (url.startsWith('/old/'))
          response.writeHead(302, { location: `../new${url.slice(4)}` }).end();
        else if (url.startsWith('/new/')) response.writeHead(308, { location: '/last' }).end();
        else sendFile({ headers, ...rest } as IncomingMessage, response, imagesZipped);
      },
      async ({ url, requests }) => {
        const { status, stdout, stderr } = await fetchIn(folder, line(`${url}old/`));
        assert.is(status, 0, stderr);
        assert.ok(stdout.equals(imagesFile));
        assert.equal(
          requests.map((r) => r.url),
          [`/old/${imagesName}.gz`, `/new/${imagesName}.gz`, '/last'],
        );
      },
    ),
  ));

test('redirects in a circle, or to another kind of place, end', () =>
  inFolder((folder) =>
    withMirror(
      ({ url }, response) => {
        const location = url?.startsWith('/file/') ? 'file:///etc/passwd' : url;
        response.writeHead(301, { location }).end();
      },
      async ({ url, requests }) => {
        const circle = await fetchIn(folder, line(`${url}circle`));
        assert.match(circle.stderr, 'more than 5 redirects');
        assert.is(requests.length, 6, 'nothing is tried again');
        const file = await fetchIn(folder, line(`${url}file`));
        assert.match(file.stderr, "redirected to 'file:///etc/passwd'; an http: or https: URL was");
        assert.equal(cached(folder), []);
      },
    ),
  ));

test('http: goes through the proxy by its whole URL, with credentials', () =>
  inFolder((folder) =>
    withMirror(
      (request, response) => sendFile(request, response, imagesZipped),
      async (proxy) => {
        const env = { ...noExceptions, HTTP_PROXY: proxy.url.replace('//', '//me:word@') };
        const { status, stderr } = await fetchIn(folder, line('http://nowhere.invalid/a/'), env);
        assert.is(status, 0, stderr);
        const [seen] = proxy.requests;
        assert.is(seen?.url, `http://nowhere.invalid/a/${imagesName}.gz`);
        assert.is(seen?.headers.host, 'nowhere.invalid');
        const pair = Buffer.from('me:word').toString('base64');
        assert.is(seen?.headers['proxy-authorization'], `Basic ${pair}`);
      },
    ),
  ));

test('NO_PROXY goes round it', () =>
  inFolder((folder) =>
    withMirror(
      (request, response) => sendFile(request, response, imagesZipped),
      async ({ url, requests }) => {
        const env = { ...noExceptions, HTTP_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.1' };
        const { status, stderr } = await fetchIn(folder, line(url), env);
        assert.is(status, 0, stderr);
        assert.is(requests[0]?.url, `/${imagesName}.gz`);
      },
    ),
  ));

test('a proxy that lets nobody through is named', () =>
  inFolder((folder) =>
    withProxy(
      (_, socket) => socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'),
      async (proxy) => {
        const env = { ...noExceptions, https_proxy: proxy };
        const place = 'https://mirror.invalid/a/';
        const { status, stderr } = await fetchIn(folder, line(place, '--retries 0'), env);
        assert.is(status, 1);
        assert.match(
          stderr,
          /the proxy 127\.0\.0\.1:\d+ answered 407 to CONNECT mirror\.invalid:443/,
        );
        assert.equal(cached(folder), []);
      },
    ),
  ));

const openssl = hasOpenssl();
const tls = needing(test, openssl ? undefined : 'no openssl to make a certificate with');

tls('https: directly, and through a tunnel; only for certificates that are trusted', () =>
  inFolder(async (folder) => {
    const { key, cert, path } = makeCertificate(folder);
    const secure = createSecureServer({ key, cert }, (request, response) =>
      sendFile(request, response, imagesZipped),
    );
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    const { port } = secure.address() as AddressInfo;
    const place = `https://localhost:${port}/`;
    const trust = { NODE_EXTRA_CA_CERTS: path };
    const asked: string[] = [];
    try {
      const direct = await fetchIn(folder, line(place), trust);
      assert.is(direct.status, 0, direct.stderr);
      assert.ok(direct.stdout.equals(imagesFile));
      const stranger = await fetchIn(folder, line(place, '--retries 0'));
      assert.is(stranger.status, 1);
      assert.match(stranger.stderr, /self.signed certificate/);
      await withProxy(
        ({ url = '' }, socket) => {
          asked.push(url);
          const through = connect(port, '127.0.0.1', () => {
            socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
            through.pipe(socket).pipe(through);
          });
          through.on('error', () => socket.destroy());
          socket.on('error', () => through.destroy());
        },
        async (proxy) => {
          const env = { ...noExceptions, ...trust, HTTPS_PROXY: proxy };
          const tunnelled = await fetchIn(folder, line(place), env);
          assert.is(tunnelled.status, 0, tunnelled.stderr);
          assert.ok(tunnelled.stdout.equals(imagesFile));
          assert.equal(asked, [`localhost:${port}`]);
        },
      );
    } finally {
      secure.closeAllConnections();
      secure.close();
    }
  }),
);

/** A proxy that answers CONNECT so. */
async function withProxy(
  answer: (request: IncomingMessage, socket: Socket) => void,
  body: (url: string) => Promise<void>,
): Promise<void> {
  const proxy = createServer();
  const sockets = new Set<Socket>();
  proxy.on('connect', (request: IncomingMessage, socket: Socket) => {
    sockets.add(socket);
    answer(request, socket);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  try {
    await body(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}`);
  } finally {
    for (const socket of sockets) socket.destroy();
    proxy.close();
  }
}

function hasOpenssl(): boolean {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function makeCertificate(folder: string): { key: Buffer; cert: Buffer; path: string } {
  const [key, path] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout ${key} -out ${path}`;
  execFileSync('openssl', words.split(' '), { stdio: 'ignore' });
  return { key: readFileSync(key), cert: readFileSync(path), path };
}

test.run();
