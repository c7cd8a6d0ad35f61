/** Fetching from a web server that behaves, and from many that do not; after each, what is in the cache. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sendFile, withMirror } from '../../support/mirror.js';
import { makeItem } from '../../support/streams.js';
import {
  assertFetched,
  assertRefused,
  cached,
  fetchImages,
  fetchIn,
  imagesFile,
  imagesName,
  imagesZipped,
  inFolder,
  labelsZipped,
} from './fixture.js';

const test = suite('fetch: web');

test('a gzipped file', () =>
  fetchImages(
    (request, response) => sendFile(request, response, imagesZipped),
    (fetched) => {
      assertFetched(fetched);
      assert.is(fetched.requests.length, 1);
      assert.is(fetched.requests[0]?.url, `/${imagesName}.gz`);
    },
  ));

test('a plain file under another of its names', () =>
  fetchImages(
    (request, response) => {
      if (request.url === '/tiny-train-images-idx3-ubyte') sendFile(request, response, imagesFile);
      else response.writeHead(404).end();
    },
    (fetched) => {
      assertFetched(fetched);
      assert.is(fetched.requests.length, 4);
    },
  ));

test('404 everywhere', () =>
  fetchImages(
    (_, response) => response.writeHead(404).end('not here'),
    (fetched) => {
      assertRefused(fetched, `${imagesName}.gz: the server answered 404`);
      assert.is(fetched.requests.length, 8, 'each name once, no repetition');
    },
  ));

test('403 is not repeated', () =>
  fetchImages(
    (_, response) => response.writeHead(403).end(),
    (fetched) => {
      assertRefused(fetched, 'the server answered 403');
      assert.is(fetched.requests.length, 1);
    },
  ));

test('500, then 503, then the file', () =>
  fetchImages(
    (request, response, nth) => {
      if (nth < 3) response.writeHead(nth === 1 ? 500 : 503, { 'retry-after': '0.1' }).end();
      else sendFile(request, response, imagesZipped);
    },
    (fetched) => {
      assertFetched(fetched);
      assert.match(fetched.stderr, 'the server answered 500; trying again in 0.1 s');
      assert.match(fetched.stderr, 'the server answered 503; trying again');
    },
  ));

test('500 for ever, with longer pauses each time', () =>
  fetchImages(
    (_, response) => response.writeHead(500).end(),
    (fetched) => {
      assertRefused(fetched, 'the server answered 500');
      assert.is(fetched.requests.length, 3);
      assert.match(fetched.stderr, /again in 0.5 s\n.*again in 1 s\n/);
    },
    '--retries 2',
  ));

for (const [what, bytes, reason] of [
  ['damaged gzip', damaged(), /\.gz: the gzip data are damaged/],
  ['a gzip file cut short', imagesZipped.subarray(0, 150_000), /the gzip data are cut short/],
  [
    'a file shorter than its header says',
    gzipSync(imagesFile.subarray(0, 9000)),
    /ends at byte 9000; its header announces 235216 bytes/,
  ],
  [
    'trailing bytes',
    gzipSync(Buffer.concat([imagesFile, Buffer.from('x')])),
    /goes on behind byte 235216/,
  ],
  [
    'a page that asks to sign in',
    Buffer.from('<!doctype html><p>Sign in'),
    /not an IDX header at byte 0/,
  ],
  ['labels', labelsZipped, /type u8 and rank 1; images of type u8 and rank 3 were expected/],
  ['nothing', Buffer.alloc(0), /is empty; an IDX stream was expected/],
] as const) {
  test(`${what} instead of images is refused, named and not cached`, () =>
    fetchImages(
      (request, response) => sendFile(request, response, bytes),
      (fetched) => assertRefused(fetched, reason),
    ));
}

function damaged(): Buffer {
  const bytes = Buffer.from(imagesZipped);
  bytes.fill(0xff, 120_000, 120_400);
  return bytes;
}

test('a file that is not the published one is refused by its digest, with a warning where another source has it', () =>
  inFolder(async (folder) => {
    const impostor = makeItem([10_000], new Uint8Array(10_000));
    await withMirror(
      (request, response) => sendFile(request, response, gzipSync(impostor)),
      async ({ url }) => {
        const line = `fmnist-fetch test --labels --source ${url} --source ./other`;
        const { status, stderr, stdout } = await fetchIn(folder, line);
        assert.is(status, 1);
        assert.is(stdout.length, 0);
        assert.match(
          stderr,
          `fmnist-fetch: warning: ${url}: ${url}t10k-labels-idx1-ubyte.gz: is not`,
        );
        assert.match(
          stderr,
          '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34 was',
        );
        assert.match(stderr, 'trying ./other');
        assert.equal(cached(folder, 'fashion-mnist'), []);
      },
    );
  }));

test('a file that never ends is given up', () =>
  inFolder(async (folder) => {
    await withMirror(
      (_, response) => {
        const pour = () => {
          while (response.write(Buffer.alloc(65_536)));
          response.once('drain', pour);
        };
        pour();
      },
      async ({ url }) => {
        const { status, stderr } = await fetchIn(
          folder,
          `fmnist-fetch test --labels --source ${url}`,
        );
        assert.is(status, 1);
        assert.match(stderr, 'goes on behind 14115 bytes; a shorter file was expected');
        assert.equal(cached(folder, 'fashion-mnist'), []);
      },
    );
  }));

test('a server that never answers', () =>
  fetchImages(
    () => {},
    (fetched) => assertRefused(fetched, 'nothing came for 0.4 s'),
    '--timeout 0.4 --retries 0',
  ));

test('nobody listens', () =>
  inFolder(async (folder) => {
    const url = await withMirror(
      () => {},
      async (mirror) => mirror.url,
    );
    const line = `fmnist-fetch --as tiny --source ${url} --source ./empty`;
    const { status, stderr } = await fetchIn(folder, line);
    assert.is(status, 1);
    assert.match(stderr, `${url}train-labels-idx1-ubyte.gz: connection refused`);
    assert.match(stderr, './empty: no such folder');
    assert.equal(cached(folder), []);
  }));

test('passwords in URLs are used and not shown', () =>
  inFolder((folder) =>
    withMirror(
      (request, response, nth) => {
        if (nth === 1) response.writeHead(500).end();
        else sendFile(request, response, imagesZipped);
      },
      async ({ url, requests }) => {
        const secret = url.replace('//', '//me:p%40ss@');
        const line = `fmnist-fetch --images --as tiny --source ${secret} --retries 1`;
        const { status, stderr } = await fetchIn(folder, line);
        assert.is(status, 0, stderr);
        const expected = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
        assert.is(requests[0]?.headers.authorization, expected);
        assert.match(stderr, 'me:***@');
        assert.not.match(stderr, 'p%40ss');
      },
    ),
  ));

test('a damaged file in the cache is named and fetched anew', () =>
  inFolder((folder) =>
    withMirror(
      (request, response) => sendFile(request, response, imagesZipped),
      async ({ url, requests }) => {
        const line = `fmnist-fetch --images --as tiny --source cache --source ${url}`;
        await fetchIn(folder, line);
        writeFileSync(join(folder, 'cache/tiny', imagesName), imagesFile.subarray(0, 5000));
        const again = await fetchIn(folder, line);
        assertFetched({ folder, requests, ...again });
        assert.match(again.stderr, /warning: cache: .*ends at byte 5000; .*; trying http/);
      },
    ),
  ));

test.run();
