/** Exact reads: the same bytes whatever the chunks, and never more waiting than needed. */

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ByteReader } from '../../../src/io/byte-reader.js';
import { inPieces, readerOf } from '../../support/streams.js';

const test = suite('io: byte reader');

type Step =
  | { readonly kind: 'peek' | 'read'; readonly size: number }
  | { readonly kind: 'units'; readonly size: number; readonly most: number };

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('peek' as const, 'read' as const), size: fc.nat(40) }),
  fc.record({
    kind: fc.constant('units' as const),
    size: fc.integer({ min: 1, max: 9 }),
    most: fc.integer({ min: 1, max: 9 }),
  }),
);

test('any reads of any chunks give the bytes in order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 20 }), { maxLength: 20 }),
      fc.array(anyStep, { maxLength: 30 }),
      async (chunks, steps) => {
        const all = Buffer.concat(chunks);
        const reader = new ByteReader('test', feed(chunks), { hash: true });
        let at = 0;
        for (const step of steps) {
          assert.is(reader.offset, at);
          if (step.kind === 'units') {
            const bytes = await reader.readUnits(step.size, step.most);
            assert.ok(bytes.equals(all.subarray(at, at + bytes.length)));
            assert.ok(bytes.length <= step.size * step.most);
            if (bytes.length % step.size !== 0 || bytes.length === 0)
              assert.is(at + bytes.length, all.length, 'a part of a unit means the end');
            at += bytes.length;
          } else {
            const bytes = await reader[step.kind](step.size);
            assert.ok(bytes.equals(all.subarray(at, at + step.size)));
            if (step.kind === 'read') at += bytes.length;
          }
        }
        assert.is(await reader.atEnd(), at === all.length);
        assert.is(reader.offset, at);
        const sha256 = createHash('sha256').update(all.subarray(0, at)).digest('hex');
        assert.is(reader.digest(), sha256);
      },
    ),
    { numRuns: 500 },
  );
});

test('units come as they are there: a slow writer is not waited for', async () => {
  let given = 0;
  const reader = new ByteReader(
    'test',
    (async function* () {
      for (const size of [1, 4, 7]) {
        given += size;
        yield Buffer.alloc(size, given);
      }
      await new Promise(() => {});
    })(),
  );
  assert.is((await reader.readUnits(5, 100)).length, 5);
  assert.is(given, 5);
  assert.is((await reader.readUnits(3, 100)).length, 6);
  assert.is((await reader.readUnits(1, 100)).length, 1);
});

test('close tells the source, and leaves nothing to read', async () => {
  let released = false;
  const reader = new ByteReader(
    'test',
    (async function* () {
      try {
        for (;;) yield Buffer.from('abc');
      } finally {
        released = true;
      }
    })(),
  );
  assert.is((await reader.read(2)).toString(), 'ab');
  await reader.close();
  assert.ok(released);
  assert.is((await reader.read(2)).length, 0);
  assert.ok(await reader.atEnd());
});

test('a source in one-byte chunks takes time in proportion to its length', async () => {
  const reader = readerOf(Buffer.alloc(200_000, 7), 1);
  const started = performance.now();
  assert.is((await reader.read(200_000)).length, 200_000);
  assert.ok(performance.now() - started < 5000);
});

test('a digest is computed only on request', () => {
  assert.throws(() => readerOf(Buffer.alloc(0)).digest(), 'this reader was made without a hash');
});

test('an error of the source is passed on', async () => {
  const reader = new ByteReader(
    'test',
    (async function* () {
      yield Buffer.from('ab');
      throw new Error('broken');
    })(),
  );
  assert.is((await reader.read(2)).toString(), 'ab');
  let message = '';
  await reader.read(1).catch((error) => {
    message = error.message;
  });
  assert.is(message, 'broken');
});

test.run();

async function* feed(chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield* chunk.length > 9 ? inPieces(chunk, 4) : [chunk];
}
