/** CSV: which column holds what, what is read, and how each fault is named. */

import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { layoutOfHeader, layoutOfWidth } from '../../../src/formats/csv-layout.js';
import { openCsv } from '../../../src/formats/csv-reader.js';
import { CsvWriter } from '../../../src/formats/csv-writer.js';
import type { ImageSize } from '../../../src/image/augment/image.js';
import { memorySink } from '../../support/memory-io.js';
import { readerOf } from '../../support/streams.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('convert: csv');

async function read(text: string, size?: ImageSize, pieces?: number) {
  const source = await openCsv(readerOf(Buffer.from(text), pieces), { size });
  const labels: number[] = [];
  const pixels: number[] = [];
  for await (const block of source.blocks()) {
    labels.push(...(block.labels ?? []));
    pixels.push(...block.pixels);
  }
  const { rows, columns, labelled } = source;
  return { rows, columns, labelled, labels, pixels };
}

const square = { rows: 2, columns: 2 };

test('with a header and labels', async () => {
  assert.equal(await read('label,pixel1,pixel2,pixel3,pixel4\n7,1,2,3,4\n9,5,6,7,255\n'), {
    ...square,
    labelled: true,
    labels: [7, 9],
    pixels: [1, 2, 3, 4, 5, 6, 7, 255],
  });
});

test('labels behind the pixels, an id, names in capitals, pixels from 0', async () => {
  const text = 'Id,pixel0,pixel1,pixel2,pixel3,Class\n60000,1,2,3,4,8\n60001,5,6,7,8,0\n';
  const { labels, pixels, labelled } = await read(text);
  assert.ok(labelled);
  assert.equal(labels, [8, 0]);
  assert.equal(pixels, [1, 2, 3, 4, 5, 6, 7, 8]);
});

test('without labels, with a header or none', async () => {
  for (const text of ['pixel1,pixel2,pixel3,pixel4\n1,2,3,4\n', '1,2,3,4\n', '1,2,3,4']) {
    const { labelled, pixels } = await read(text);
    assert.not.ok(labelled);
    assert.equal(pixels, [1, 2, 3, 4]);
  }
});

test('without a header, the label comes first', async () => {
  const { labels, pixels } = await read('3,1,2,3,4\n2,5,6,7,8\n');
  assert.equal(labels, [3, 2]);
  assert.equal(pixels, [1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a grid of names gives the size of images that are no squares; --size does elsewhere', async () => {
  const grid = await read('label,1x1,1x2,1x3,2x1,2x2,2x3\n1,1,2,3,4,5,6\n');
  assert.equal([grid.rows, grid.columns], [2, 3]);
  const told = await read('1,1,2,3,4,5,6\n', { rows: 3, columns: 2 });
  assert.equal([told.rows, told.columns, told.labelled], [3, 2, true]);
});

test('quotes, blanks, CRLF, a byte-order mark, empty lines, tabs, semicolons, whole decimals', async () => {
  const wanted = { ...square, labelled: true, labels: [3, 2], pixels: [1, 2, 3, 4, 5, 6, 7, 8] };
  for (const text of [
    '"label","pixel1","pixel2","pixel3","pixel4"\n"3","1","2","3","4"\n2,5,6,7,8\n',
    '\ufefflabel,pixel1,pixel2,pixel3,pixel4\r\n3, 1,2 ,3,4\r\n\r\n2,5,6,7,8\r\n\n',
    'label;pixel1;pixel2;pixel3;pixel4\n3;1;2;3;4\n2;5;6;7;8',
    '3\t1\t2\t3\t4\n2\t5\t6\t7\t8\n',
    '3.0,1.0,2.,3,4\n2,5,6,7,8\n',
    '003,01,2,3,4\n2,5,6,7,8\n',
  ])
    assert.equal(await read(text), wanted, text);
});

test('a header of column numbers is none of the images', async () => {
  const names = Array.from({ length: 785 }, (_, i) => i).join();
  const { labels, rows } = await read(`${names}\n5${',1'.repeat(784)}\n`);
  assert.equal([labels, rows], [[5], 28]);
});

test('a header alone is a set without images', async () => {
  const { rows, labels } = await read('label,pixel1,pixel2,pixel3,pixel4\n');
  assert.equal([rows, labels], [2, []]);
});

const faults: readonly (readonly [text: string, message: string])[] = [
  ['3,1,2,3,4\n2,5,6,7\n', 'test: line 2: has 4 columns; 5 were expected'],
  ['3,1,2,3,4\n\n2,5,6,7,8,9\n', 'test: line 3: has 6 columns; 5 were expected'],
  [
    '3,1,2,3,4\n2,5,256,7,8\n',
    'test: line 2, column 3 (pixel 2): "256" is not a whole number from 0 to 255',
  ],
  [
    'label,pixel0,pixel1,pixel2,pixel3\n3,1,2,3,4\n300,1,2,3,4\n',
    'test: line 3, column 1 (label): "300" is not a whole number from 0 to 255',
  ],
  [
    'label,pixel0,pixel1,pixel2,pixel3\n3,1,2,,4\n',
    'test: line 2, column 4 (pixel2): "" is not a whole number from 0 to 255',
  ],
  ['3,1,2,0.5,4\n', 'test: line 1, column 4 (pixel 3): "0.5" is not a whole number from 0 to 255'],
  [
    '3,1,2,3,4\n3,-1,2,3,4\n',
    'test: line 2, column 2 (pixel 1): "-1" is not a whole number from 0 to 255',
  ],
  [
    '3,1,2,3,4\nBag,1,2,3,4\n',
    'test: line 2, column 1: "Bag" is a name, and labels before it are numbers; one or the other was expected',
  ],
  [
    '3,1,2,3,4\n3,"1,2,3,4\n',
    'test: line 2: is not CSV: Quote Not Closed: the parsing is finished with an opening quote',
  ],
  [
    'label,pixel1,pixel3\n',
    "test: line 1, column 3: is named 'pixel3'; pixel number 2 was expected",
  ],
  [
    'label,red,green\n',
    "test: line 1, column 2: is named 'red'; label, id or a pixel (pixel1, pixel2, … or 1x1, 1x2, …) was expected",
  ],
  ['label,label,pixel1\n', 'test: has 2 label columns; at most one was expected'],
  [
    'label,pixel1,pixel2\n',
    'test: has 2 pixel columns, which make no square image; --size ROWSxCOLUMNS says the size of others',
  ],
  [
    '1,2,3,4,5,6,7\n',
    'test: has 7 columns, which make no square image; --size ROWSxCOLUMNS says the size of others',
  ],
  ['\n \n', 'test: holds no row; CSV was expected'],
];
for (const [text, message] of faults) {
  test(JSON.stringify(text), async () => {
    assert.is(await troubleOf(() => read(text)), message);
  });
}

test('a size that does not fit', async () => {
  assert.is(
    await troubleOf(() => read('label,pixel1,pixel2\n', { rows: 3, columns: 3 })),
    'test: has 2 pixel columns; --size 3x3 makes 9 pixels',
  );
});

test('layouts', () => {
  assert.equal([...layoutOfWidth(5, undefined, 'x').roles], [-1, 0, 1, 2, 3]);
  assert.equal([...layoutOfWidth(4, undefined, 'x').roles], [0, 1, 2, 3]);
  assert.equal([...layoutOfHeader(['y', 'id', 'p1'], undefined, 'x').roles], [-1, -2, 0]);
});

test('what is written is read again, in whatever pieces it comes', async () => {
  const anySet = fc.record({
    rows: fc.integer({ min: 1, max: 6 }),
    columns: fc.integer({ min: 1, max: 6 }),
    count: fc.integer({ min: 0, max: 9 }),
    labelled: fc.boolean(),
    pieces: fc.integer({ min: 1, max: 50 }),
    seed: fc.nat(),
  });
  await fc.assert(
    fc.asyncProperty(anySet, async ({ rows, columns, count, labelled, pieces, seed }) => {
      const pixels = Array.from(
        { length: count * rows * columns },
        (_, i) => (i * 31 + seed) % 256,
      );
      const labels = Uint8Array.from({ length: count }, (_, i) => (i * 7 + seed) % 256);
      const sink = memorySink();
      const writer = await CsvWriter.open(sink, { rows, columns, labelled, header: true });
      await writer.write({
        count,
        bytes: Buffer.from(pixels),
        labels: labelled ? labels : undefined,
      });
      const back = await read(sink.bytes().toString(), undefined, pieces);
      assert.equal(back, { rows, columns, labelled, labels: labelled ? [...labels] : [], pixels });
    }),
  );
});

test.run();
