/** Downloads that break off, and what may have happened until they go on; after each, what is in the cache. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Answer, sendBeginning, sendFile, withMirror } from '../../support/mirror.js';
import { makeItem } from '../../support/streams.js';
import {
  assertFetched,
  cached,
  fetchImages,
  fetchIn,
  imagesFile,
  imagesName,
  imagesZipped,
  inFolder,
} from './fixture.js';

const test = suite('fetch: resume');

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

test.run();
