/** Image records: what is read, what is passed over, and how each fault is named. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openNdjson } from '../../../src/formats/ndjson-reader.js';
import { NdjsonWriter } from '../../../src/formats/ndjson-writer.js';
import { memorySink } from '../../support/memory-io.js';
import { readerOf } from '../../support/streams.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('convert: ndjson');

async function read(...records: readonly (object | string)[]) {
  const text = records.map((r) => (typeof r === 'string' ? r : JSON.stringify(r))).join('\n');
  const source = await openNdjson(readerOf(Buffer.from(`${text}\n`)));
  const labels: number[] = [];
  const pixels: number[] = [];
  for await (const block of source.blocks()) {
    labels.push(...(block.labels ?? []));
    pixels.push(...block.pixels);
  }
  return { source, labels, pixels };
}

const image = { type: 'image', index: 0, label: 3, rows: 1, columns: 2, pixels: [0, 255] };
const annotation = { fmnist: 1, classes: ['a', 'b'], history: [] };

test('images with labels', async () => {
  const { source, labels, pixels } = await read(image, { ...image, label: 4, pixels: [7, 8] }, '');
  assert.equal([source.rows, source.columns, source.labelled], [1, 2, true]);
  assert.equal(labels, [3, 4]);
  assert.equal(pixels, [0, 255, 7, 8]);
});

test('the least that is an image: no index, no label', async () => {
  const { source, labels } = await read({ type: 'image', rows: 1, columns: 1, pixels: [9] });
  assert.not.ok(source.labelled);
  assert.equal(labels, []);
});

test('an annotation is heeded, other records and fields are passed over', async () => {
  const other = { type: 'run', program: 'x' };
  const { source, labels } = await read(
    other,
    { type: 'annotation', annotation },
    { ...image, more: 1 },
    other,
    { type: 'annotation', annotation: { ...annotation, dataset: 'd' } },
    image,
  );
  assert.equal(source.annotation, annotation);
  assert.equal(labels, [3, 3]);
});

test('what is written is what JSON would write', async () => {
  const sink = memorySink();
  const writer = await NdjsonWriter.open(sink, { rows: 1, columns: 2 }, { fmnist: 1, history: [] });
  await writer.write({ count: 1, bytes: Buffer.from([0, 255]), labels: Uint8Array.of(3) });
  await writer.write({ count: 1, bytes: Buffer.from([10, 100]), labels: undefined });
  const [first, second, third] = sink.bytes().toString().split('\n').filter(Boolean);
  assert.equal(JSON.parse(first!), {
    type: 'annotation',
    annotation: { fmnist: 1, history: [] },
  });
  assert.is(second, JSON.stringify(image));
  const { label: _, ...unlabelled } = { ...image, index: 1, pixels: [10, 100] };
  assert.is(third, JSON.stringify(unlabelled));
});

const faults: readonly (readonly [second: object | string, message: string])[] = [
  ['oops', "test: line 2: is not JSON ('oops'); one JSON object a line was expected"],
  [
    { ...image, rows: 2 },
    'test: line 2: an image of 2 × 2 pixels; 1 × 2 were expected, as in the first',
  ],
  [
    { ...image, pixels: [1] },
    "test: line 2: 'pixels' is a list of 1; a list of 2 numbers was expected",
  ],
  [
    { ...image, pixels: 'AA==' },
    'test: line 2: \'pixels\' is "AA=="; a list of 2 numbers was expected',
  ],
  [
    { ...image, pixels: [1, 256] },
    'test: line 2: pixel 1 is 256; a whole number from 0 to 255 was expected',
  ],
  [
    { ...image, pixels: [null, 2] },
    'test: line 2: pixel 0 is null; a whole number from 0 to 255 was expected',
  ],
  [
    { ...image, label: -1 },
    "test: line 2: 'label' is -1; a whole number from 0 to 255 was expected",
  ],
  [{ ...image, label: undefined }, "test: line 2: has no 'label'; all images before have one"],
  [
    { type: 'annotation', annotation: { ...annotation, classes: ['b', 'a'] } },
    'test: line 2: an annotation with other classes than before; the same were expected',
  ],
];
for (const [second, message] of faults) {
  test(JSON.stringify(second), async () => {
    assert.is(await troubleOf(() => read(image, second)), message);
  });
}

test('faults of the first record', async () => {
  assert.is(
    await troubleOf(() => read({ type: 'run' })),
    'test: holds no image record; at least one was expected',
  );
  assert.is(
    await troubleOf(() => read({ ...image, rows: 0 })),
    "test: line 1: 'rows' is 0; a whole number of at least 1 was expected",
  );
  assert.is(
    await troubleOf(() => read({ type: 'annotation', annotation: { fmnist: 2 } })),
    "test: line 1: 'annotation' has version 2; this program knows version 1",
  );
  assert.is(
    await troubleOf(() => read({ ...image, label: undefined }, image)),
    "test: line 2: has a 'label'; the images before have none",
  );
});

test.run();
