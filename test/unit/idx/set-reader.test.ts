/** Labelled sets: what is read is what was written, however it arrives; and each wrong stream has its own complaint. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { scaleToUnit } from '../../../src/idx/normalization.js';
import { openSet, type SetOptions } from '../../../src/idx/set-reader.js';
import { SetWriter } from '../../../src/idx/set-writer.js';
import type { IdxArray } from '../../../src/idx/types.js';
import { memorySink } from '../../support/memory-io.js';
import { type MadeSetOptions, makeItem, makeSet, readerOf } from '../../support/streams.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('idx: sets');

/** Reads a set to its end, and puts its batches together again. */
async function readAll(bytes: Buffer, options: SetOptions, pieces = 65_536, most?: number) {
  const reader = readerOf(bytes, pieces);
  const set = await openSet(reader, options);
  const parts: IdxArray[] = [];
  const labels: number[] = [];
  let count = 0;
  for await (const batch of set.batches(most)) {
    assert.is(batch.start, count);
    assert.is(batch.pixels.length, batch.count * set.images.rows * set.images.columns);
    if (most !== undefined) assert.ok(batch.count <= most);
    assert.ok(batch.count > 0);
    if (batch.labels) assert.is(batch.labels.length, batch.count);
    labels.push(...(batch.labels ?? []));
    parts.push(batch.pixels.slice());
    count += batch.count;
  }
  return { set, count, labels, pixels: parts.flatMap((part) => [...part]), reader };
}

const anySet = fc.record({
  count: fc.nat(40),
  rows: fc.integer({ min: 1, max: 6 }),
  columns: fc.integer({ min: 1, max: 6 }),
  type: fc.constantFrom('u8', 'f32'),
  labels: fc.constantFrom('first', 'last', 'none'),
  classes: fc.constantFrom([0, 1, 2], [7], [1, 26, 255]),
  annotation: fc.constantFrom(undefined, {}, { dataset: 'größe', classes: ['a'] }),
});

test('images and labels are those written, whatever the order, the chunks and the batches', async () => {
  await fc.assert(
    fc.asyncProperty(
      anySet,
      fc.constantFrom(1, 7, 65_536),
      fc.constantFrom(undefined, 1, 5),
      fc.constantFrom(0, 50, undefined),
      async ({ annotation, ...rest }, pieces, most, memory) => {
        const options = (annotation ? { ...rest, annotation } : rest) as MadeSetOptions;
        const made = makeSet(options);
        const settings = {
          labels: 'optional',
          ...(memory === undefined ? {} : { memory }),
        } as const;
        const { set, count, labels, pixels } = await readAll(made.bytes, settings, pieces, most);
        assert.equal(set.images, {
          type: rest.type,
          count: rest.count,
          rows: rest.rows,
          columns: rest.columns,
        } as typeof set.images);
        assert.is(count, rest.count);
        assert.equal(pixels, [...made.pixels]);
        const labelled = rest.labels !== 'none';
        assert.is(set.labels !== undefined, labelled);
        assert.equal(labels, labelled ? [...made.labels] : []);
        assert.equal(
          set.annotation,
          annotation && ({ fmnist: 1, history: [], ...annotation } as typeof set.annotation),
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('is what was written', async () => {
  await fc.assert(
    fc.asyncProperty(anySet, fc.boolean(), async ({ annotation, ...rest }, raw) => {
      const made = makeSet({ ...rest, ...(annotation ? { annotation } : {}) } as MadeSetOptions);
      const { set, pixels } = await readAll(made.bytes, { labels: 'optional' });
      const sink = memorySink();
      const writer = await SetWriter.open(sink, set);
      const size = rest.rows * rest.columns;
      for (let at = 0; at < pixels.length; at += 3 * size) {
        const part = made.pixels.subarray(at, at + 3 * size);
        const from = made.imagesItem.length - made.pixels.byteLength;
        const width = made.pixels.BYTES_PER_ELEMENT;
        if (raw)
          await writer.writeBytes(
            made.imagesItem.subarray(from + at * width, from + (at + part.length) * width),
          );
        else await writer.write(part);
      }
      writer.finish();
      const { annotationItem, labelsItem, imagesItem } = made;
      assert.ok(sink.bytes().equals(Buffer.concat([annotationItem, labelsItem, imagesItem])));
    }),
  );
});

test('a writer refuses what it did not announce', async () => {
  const images = { type: 'u8', count: 2, rows: 1, columns: 2 } as const;
  const labels = new Uint8Array(3);
  await rejects(SetWriter.open(memorySink(), { images, labels }), '3 labels for 2 images');
  const open = () => SetWriter.open(memorySink(), { images });
  await rejects((await open()).write(new Float32Array(2)), 'f32 pixels for u8 images');
  await rejects(
    (await open()).write(new Uint8Array(3)),
    '1.5 images written where 2 were announced',
  );
  await rejects((await open()).write(new Uint8Array(6)), '3 images written where 2 were announced');
  const short = await open();
  await short.write(new Uint8Array(2));
  assert.throws(() => short.finish(), '1 images written where 2 were announced');
});

test('a writer refuses a terminal', async () => {
  const sink = { ...memorySink(), isTerminal: true };
  const images = { type: 'u8', count: 0, rows: 1, columns: 1 } as const;
  await rejects(
    SetWriter.open(sink, { images }),
    'standard output is a terminal, and these are binary data; name a file or a pipe',
  );
});

for (const type of ['u8', 'f32'] as const)
  test(`cut short at any byte, labels first, ${type}: one complaint, in its place`, async () => {
    const made = makeSet({ count: 5, rows: 2, columns: 2, type, annotation: { dataset: 'x' } });
    const ends = [made.annotationItem, made.labelsItem, made.imagesItem].map(
      ({ length }) => length,
    );
    const [a, l] = ends as [number, number];
    const header = (at: number, size: number, cut: number) =>
      `test: cut short in the IDX header at byte ${at}: ${cut - at < 4 ? 4 : size} bytes were expected, ${cut - at} are there`;
    const size = 4 * (type === 'u8' ? 1 : 4);
    const expected = (cut: number): string => {
      if (cut === 0) return 'test: is empty; an IDX stream was expected';
      if (cut < 8) return header(0, 8, cut);
      if (cut < a)
        return `test: cut short in the annotation at byte 0: ${a - 8} bytes were expected, ${cut - 8} are there`;
      if (cut === a) return `test: ends at byte ${a}; another IDX item was expected there`;
      if (cut < a + 8) return header(a, 8, cut);
      if (cut < a + l)
        return `test: cut short in the labels at byte ${cut}: 5 labels from byte ${a + 8} were expected, ${cut - a - 8} are there`;
      if (cut === a + l) return `test: ends after 5 labels; images were expected at byte ${a + l}`;
      const images = a + l + 16;
      if (cut < images) return header(a + l, 16, cut);
      return `test: cut short in the images at byte ${cut}: 5 images (${5 * size} bytes from byte ${images}) were expected, ${Math.floor((cut - images) / size)} whole ones are there`;
    };
    for (const labels of ['required', 'optional', 'ignored'] as const)
      for (let cut = 0; cut < made.bytes.length; cut++)
        for (const pieces of [1, 65_536])
          assert.is(
            await troubleOf(() => readAll(made.bytes.subarray(0, cut), { labels }, pieces)),
            expected(cut),
          );
  });

test('cut short at any byte, images first: one complaint, in its place', async () => {
  const made = makeSet({ count: 5, rows: 2, columns: 2, labels: 'last' });
  const images = made.imagesItem.length;
  for (const labels of ['required', 'optional', 'ignored'] as const)
    for (let cut = 0; cut < made.bytes.length; cut++)
      for (const memory of [0, 1000]) {
        const work = () => readAll(made.bytes.subarray(0, cut), { labels, memory }, 7);
        if (cut === images && labels !== 'required') {
          assert.is((await work()).count, 5, 'images alone are a set');
          continue;
        }
        const message = await troubleOf(work);
        if (cut === 0) assert.match(message, 'is empty');
        else if (cut < 16) assert.match(message, 'cut short in the IDX header at byte 0');
        else if (cut < images) assert.match(message, `cut short in the images at byte ${cut}:`);
        else if (cut === images)
          assert.is(
            message,
            `test: has 5 images but no labels; labels were expected at byte ${cut}`,
          );
        else if (cut < images + 8)
          assert.match(message, `cut short in the IDX header at byte ${images}`);
        else assert.match(message, `cut short in the labels at byte ${cut}:`);
      }
});

test('faulty streams have a message each', async () => {
  const made = makeSet({ count: 4 });
  const more = makeSet({ count: 3 });
  const last = makeSet({ count: 4, labels: 'last' });
  const { length } = made.bytes;
  const annotation = makeSet({ annotation: {} }).annotationItem;
  const text = (json: string) => makeItem([json.length], new Int8Array(Buffer.from(json)));
  const per = (values: number[]) => ({ ...scaleToUnit, mean: values });
  const cases: [Buffer, string][] = [
    [
      Buffer.concat([made.bytes, Buffer.from('x')]),
      `trailing bytes from byte ${length}; the end of the stream was expected`,
    ],
    [
      Buffer.concat([last.bytes, Buffer.from('more')]),
      `trailing bytes from byte ${length}; the end of the stream was expected`,
    ],
    [
      Buffer.concat([made.bytes, more.bytes]),
      `another IDX item at byte ${length}, behind a complete set; one set was expected (fmnist-cat joins sets)`,
    ],
    [
      Buffer.concat([more.labelsItem, made.imagesItem]),
      'has 3 labels and 4 images; one label an image was expected',
    ],
    [
      Buffer.concat([made.imagesItem, more.labelsItem]),
      'has 3 labels and 4 images; one label an image was expected',
    ],
    [
      Buffer.concat([annotation, annotation, made.bytes]),
      `a second annotation at byte ${annotation.length}; labels or images were expected`,
    ],
    [
      Buffer.concat([text('{"fmnist":9}'), made.bytes]),
      'the annotation at byte 0 has version 9; this program knows version 1',
    ],
    [
      Buffer.concat([text('{"fmnist":1'), made.bytes]),
      'the annotation at byte 0 is not UTF-8 JSON; a JSON object was expected',
    ],
    [
      makeItem([2, 2], new Uint8Array(4)),
      'the u8 item at byte 0 has rank 2; images of rank 3 (count × rows × columns) were expected',
    ],
    [
      makeItem([1, 2, 2, 3], new Uint8Array(12)),
      'the u8 item at byte 0 has rank 4; images of rank 3 (count × rows × columns) were expected',
    ],
    [
      Buffer.concat([made.labelsItem, made.labelsItem]),
      'the u8 item at byte 12 has rank 1; images of rank 3 (count × rows × columns) were expected',
    ],
    [
      makeItem([1, 0, 5], new Uint8Array(0)),
      'the images at byte 0 are 0 × 5 pixels; at least 1 × 1 was expected',
    ],
    [
      makeItem([1, 2, 2], new Int32Array(4)),
      'the images at byte 0 are of type i32; u8 or f32 was expected',
    ],
    [
      makeSet({ type: 'f32', annotation: { normalization: per([1, 2]) } }).bytes,
      "the annotation's normalization: mean is [1,2]; a list of 1 finite number was expected",
    ],
    [
      makeSet({ annotation: { normalization: scaleToUnit } }).bytes,
      'the annotation says that the pixels are normalised by scale(mean 0, deviation 255), but they are of type u8; f32 was expected',
    ],
  ];
  for (const [bytes, message] of cases)
    for (const pieces of [1, 65_536])
      assert.is(
        await troubleOf(() => readAll(bytes, { labels: 'optional' }, pieces)),
        `test: ${message}`,
      );
  for (const labels of ['required', 'ignored'] as const)
    assert.match(
      await troubleOf(() => readAll(Buffer.concat([made.imagesItem, more.labelsItem]), { labels })),
      'has 3 labels and 4 images',
    );
});

test('only the value types that a program accepts', async () => {
  const bytes = makeItem([1, 1, 2], new Int16Array([-1, 300]));
  const { pixels } = await readAll(bytes, { labels: 'ignored', types: ['i16'] });
  assert.equal(pixels, [-1, 300]);
  assert.is(
    await troubleOf(() => readAll(bytes, { labels: 'ignored', types: ['u8'] })),
    'test: the images at byte 0 are of type i16; u8 was expected',
  );
});

test('labels that are ignored are streamed past, and given where they come first', async () => {
  const first = await readAll(makeSet().bytes, { labels: 'ignored' });
  assert.equal(first.labels, [...makeSet().labels]);
  const last = await readAll(makeSet({ labels: 'last' }).bytes, { labels: 'ignored' });
  assert.is(last.set.labels, undefined);
  assert.is(last.count, 12);
});

test('more leaves what follows in the reader', async () => {
  const one = makeSet({ count: 3 });
  const two = makeSet({ count: 2, labels: 'last' });
  const options = { labels: 'required', more: true } as const;
  const { reader, count } = await readAll(
    Buffer.concat([one.bytes, two.bytes, one.bytes]),
    options,
  );
  assert.is(count, 3);
  for (const made of [two, one]) {
    const set = await openSet(reader, options);
    for await (const batch of set.batches()) assert.equal(batch.pixels, made.pixels);
    assert.equal(set.labels, made.labels);
  }
  assert.ok(await reader.atEnd());
});

test('sizes beyond the bytes present take no memory', async () => {
  const most = Buffer.from([0xff, 0xff, 0xff, 0xff]);
  const labels = Buffer.concat([Buffer.from([0, 0, 8, 1]), most]);
  const images = Buffer.concat([
    Buffer.from([0, 0, 8, 3]),
    most,
    Buffer.from([0, 0, 0, 28, 0, 0, 0, 28]),
  ]);
  const annotation = Buffer.concat([
    Buffer.from([0, 0, 9, 1, 0, 255, 255, 255]),
    Buffer.from('{}'),
  ]);
  const before = process.memoryUsage();
  const complaints = [];
  for (const bytes of [labels, images, annotation])
    complaints.push(await troubleOf(() => readAll(bytes, { labels: 'optional' })));
  const after = process.memoryUsage();
  assert.ok(after.arrayBuffers - before.arrayBuffers < 1 << 20);
  assert.ok(after.rss - before.rss < 64 << 20);
  assert.equal(complaints, [
    'test: cut short in the labels at byte 8: 4294967295 labels from byte 8 were expected, 0 are there',
    `test: cut short in the images at byte 16: 4294967295 images (${4294967295 * 784} bytes from byte 16) were expected, 0 whole ones are there`,
    'test: cut short in the annotation at byte 0: 16777215 bytes were expected, 2 are there',
  ]);
  const huge = (hex: string) => readAll(Buffer.from(hex, 'hex'), { labels: 'optional' });
  assert.match(
    await troubleOf(() => huge('00000901ffffffff')),
    'the annotation at byte 0 claims 4294967295 bytes; at most 67108864 were expected',
  );
  assert.match(
    await troubleOf(() => huge('000008030000000100ffffff00ffffff')),
    /are 16777215 × 16777215 pixels; at most 268435456 pixels an image were expected/,
  );
});

test('the images can be had once', async () => {
  const set = await openSet(readerOf(makeSet().bytes), { labels: 'required' });
  for await (const _ of set.batches());
  await rejects(set.batches().next(), 'the images of a set can be asked for once only');
});

test('an empty set is a set', async () => {
  for (const labels of ['first', 'last', 'none'] as const) {
    const { count, set } = await readAll(makeSet({ count: 0, labels }).bytes, {
      labels: 'optional',
    });
    assert.is(count, 0);
    assert.is(set.labels?.length, labels === 'none' ? undefined : 0);
  }
});

test.run();

async function rejects(work: Promise<unknown>, message: string): Promise<void> {
  try {
    await work;
  } catch (error) {
    assert.is((error as Error).message, message);
    return;
  }
  assert.unreachable(`'${message}' was expected`);
}
