/** Fetching from a web server that behaves, and from many that do not; after each, what is in the cache. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, sendBeginning, sendFile, withMirror } from '../../support/mirror.js';
import type { ShellResult } from '../../support/shell.js';
import { makeItem } from '../../support/streams.js';
import {
  cached,
  fetchIn,
  imagesFile,
  imagesName,
  imagesZipped,
  inFolder,
  labelsZipped,
} from './fixture.js';

const test = suite('fetch: web');

interface Fetched extends ShellResult {
  readonly folder: string;
  readonly requests: readonly { url?: string | undefined; headers: Record<string, unknown> }[];
}

/** Fetches the images of `tiny` from a server that answers so, and looks at what came of it. */
async function fetchImages(
  answer: Answer,
  look: (fetched: Fetched) => Promise<void> | void,
  words = '',
): Promise<void> {
  await inFolder((folder) =>
    withMirror(answer, async ({ url, requests }) => {
      const line = `fmnist-fetch --images --as tiny --source ${url} ${words}`;
      await look({ folder, requests, ...(await fetchIn(folder, line)) });
    }),
  );
}

function assertFetched({ status, stdout, stderr, folder }: Fetched): void {
  assert.is(status, 0, stderr);
  assert.ok(stdout.equals(imagesFile), 'the images as published');
  assert.equal(cached(folder), [imagesName]);
  const kept = readFileSync(join(folder, 'cache/tiny', imagesName));
  assert.ok(kept.equals(imagesFile), 'the cache holds them decompressed');
}

function assertRefused({ status, stdout, stderr, folder }: Fetched, reason: RegExp | string): void {
  assert.is(status, 1);
  assert.is(stdout.length, 0);
  assert.match(stderr, `${imagesName}: no source has it`);
  assert.match(stderr, reason);
  assert.equal(cached(folder), [], 'nothing is cached');
}

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

test('a connection cut in the middle is taken up where it ended', () =>
  fetchImages(
    (request, response, nth) => {
      if (nth === 1) sendBeginning(response, imagesZipped, 100_000);
      else sendFile(request, response, imagesZipped);
    },
    (fetched) => {
      assertFetched(fetched);
      assert.is(fetched.requests.length, 2);
      const { range, 'if-range': validator } = fetched.requests[1]?.headers ?? {};
      assert.is(range, 'bytes=100000-');
      assert.is(validator, '"one"');
    },
  ));

test('a server that knows no ranges sends it all again', () =>
  fetchImages(
    (_, response, nth) => {
      const dated = { 'last-modified': 'Fri, 01 Sep 2017 00:00:00 GMT' };
      if (nth === 1) sendBeginning(response, imagesZipped, 100_000, dated);
      else response.writeHead(200, dated).end(imagesZipped);
    },
    (fetched) => {
      assertFetched(fetched);
      assert.is(fetched.requests[1]?.headers['if-range'], 'Fri, 01 Sep 2017 00:00:00 GMT');
    },
  ));

test('without a strong validator it starts over', () =>
  fetchImages(
    (request, response, nth) => {
      if (nth === 1) sendBeginning(response, imagesZipped, 100_000, { etag: 'W/"weak"' });
      else sendFile(request, response, imagesZipped);
    },
    (fetched) => {
      assertFetched(fetched);
      assert.is(fetched.requests[1]?.headers.range, undefined);
    },
  ));

test('each cut that brought something new is forgiven, however many', () =>
  fetchImages(
    (request, response) => {
      const start = Number(/\d+/.exec(request.headers.range ?? '0')?.[0]);
      const end = Math.min(imagesZipped.length, start + 60_000);
      if (start === 0) return sendBeginning(response, imagesZipped, end);
      const range = `bytes ${start}-${imagesZipped.length - 1}/${imagesZipped.length}`;
      const length = imagesZipped.length - start;
      response.writeHead(206, { 'content-range': range, 'content-length': length });
      response.write(imagesZipped.subarray(start, end), () =>
        setTimeout(() => response.destroy(), 50),
      );
      return undefined;
    },
    (fetched) => {
      assertFetched(fetched);
      assert.is(fetched.requests.length, Math.ceil(imagesZipped.length / 60_000));
    },
    '--retries 1',
  ));

test('what one run leaves, the next takes up; a file that changed in between starts over', () =>
  inFolder((folder) => {
    let [etag, cut] = ['"one"', true];
    const answer: Answer = (request, response) => {
      if (cut) sendBeginning(response, imagesZipped, 100_000, { etag });
      else sendFile(request, response, imagesZipped, etag);
    };
    return withMirror(answer, async ({ url, requests }) => {
      const line = `fmnist-fetch --images --as tiny --source ${url}x --retries 0`;
      const run = async () => ({ folder, requests, ...(await fetchIn(folder, line)) });
      const broken = await run();
      assert.is(broken.status, 1);
      assert.match(broken.stderr, 'the connection was cut');
      assert.equal(
        cached(folder).map((name) => name.replace(/\d+\.[0-9a-f]{8}\.(.*)\.part/, 'PART')),
        [`.${imagesName}.PART`, `.${imagesName}.PART.json`],
        'the beginning is kept, under no name that a reader would take for the file',
      );
      cut = false;
      assertFetched(await run());
      assert.is(requests[1]?.headers.range, 'bytes=100000-');

      cut = true;
      await run();
      [etag, cut] = ['"two"', false];
      assertFetched(await run());
      assert.is(requests[3]?.headers['if-range'], '"one"');
    });
  }));

test('a server that goes on with another file is found out, and asked for the whole', () =>
  fetchImages(
    (request, response, nth) => {
      const other = gzipSync(makeItem([300, 28, 28], new Uint8Array(300 * 784)), { level: 0 });
      if (nth === 1) return sendBeginning(response, other, 100_000);
      // It ignores If-Range, as some do.
      const { 'if-range': _, ...headers } = request.headers;
      return sendFile(Object.assign(request, { headers }), response, imagesZipped);
    },
    (fetched) => {
      assertFetched(fetched);
      assert.is(fetched.requests.length, 3);
      assert.is(fetched.requests[2]?.headers.range, undefined);
    },
  ));

test('416 to what is complete already is no failure', () =>
  fetchImages(
    (request, response, nth) => {
      if (nth > 1) return sendFile(request, response, imagesZipped);
      response.writeHead(200, { etag: '"one"' });
      response.write(imagesZipped, () => setTimeout(() => response.destroy(), 50));
      return undefined;
    },
    (fetched) => {
      assertFetched(fetched);
      assert.is(fetched.requests.length, 2);
    },
  ));

test('416 to a beginning that is longer than the file starts over', () =>
  fetchImages(
    (request, response, nth) => {
      const longer = Buffer.concat([imagesZipped, Buffer.alloc(5000)]);
      if (nth === 1) sendBeginning(response, longer, longer.length - 1000);
      else sendFile(request, response, imagesZipped);
    },
    (fetched) => {
      assertFetched(fetched);
      assert.is(fetched.requests.length, 3);
    },
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

test('a server that falls silent in the middle; the beginning is kept', () =>
  fetchImages(
    (request, response, nth) => {
      if (nth > 1) return sendFile(request, response, imagesZipped);
      response.writeHead(200, { etag: '"one"', 'content-length': imagesZipped.length });
      response.write(imagesZipped.subarray(0, 50_000));
      return undefined;
    },
    (fetched) => {
      assertFetched(fetched);
      assert.match(fetched.stderr, 'nothing came for 0.4 s; trying again');
      assert.is(fetched.requests[1]?.headers.range, 'bytes=50000-');
    },
    '--timeout 0.4',
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

test('four fetches at a time do each other no harm', () =>
  inFolder((folder) =>
    withMirror(
      (request, response, nth) => {
        if (nth === 2) sendBeginning(response, imagesZipped, 70_000);
        else sendFile(request, response, imagesZipped);
      },
      async ({ url }) => {
        const one = `fmnist-fetch --images --as tiny --source cache --source ${url} -q`;
        const line = `for i in 1 2 3 4; do ${one} -o out$i & pids+=($!); done; for p in \${pids[@]}; do wait $p || exit; done`;
        const { status, stderr } = await fetchIn(folder, line);
        assert.is(status, 0, stderr);
        for (const i of [1, 2, 3, 4])
          assert.ok(readFileSync(join(folder, `out${i}`)).equals(imagesFile));
        assert.equal(cached(folder), [imagesName]);
      },
    ),
  ));

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
