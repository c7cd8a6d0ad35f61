/** Images in files and in the spool, fetched in any order; and files that are leapt through. */

import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { collectIdx } from '../../../src/formats/idx-collector.js';
import { ImageStore, type Segment, type StoredImages } from '../../../src/formats/image-store.js';
import { SetAssembler } from '../../../src/idx/assemble.js';
import { openInput } from '../../../src/io/input.js';
import { memoryIo } from '../../support/memory-io.js';
import { makeSet } from '../../support/streams.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('convert: shelf');
let folder = '';
test.before.each(() => {
  folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
});
test.after.each(() => rmSync(folder, { recursive: true, force: true }));

/** Segments of images of two bytes that count up, alternately in files (behind 3 other bytes) and in the spool. */
async function furnish(shelf: ImageStore, counts: readonly number[]): Promise<Segment[]> {
  const segments: Segment[] = [];
  let image = 0;
  for (const [i, count] of counts.entries()) {
    const bytes = Buffer.from(
      Array.from(
        { length: 2 * count },
        (_, k) => (k % 2 ? (image + (k >> 1)) >> 8 : image + (k >> 1)) & 255,
      ),
    );
    image += count;
    if (i % 2) {
      segments.push({ store: shelf.spool, position: shelf.spool.length, count });
      await shelf.spool.write(bytes);
    } else {
      const path = join(folder, `${i}`);
      writeFileSync(path, Buffer.concat([Buffer.from('...'), bytes]));
      segments.push({ store: shelf.fileStore(path), position: 3, count });
    }
  }
  return segments;
}

function picked(
  shelf: ImageStore,
  segments: readonly Segment[],
  order?: readonly number[],
): number[] {
  const count = segments.reduce((sum, segment) => sum + segment.count, 0);
  const shape = { type: 'u8', count, rows: 2, columns: 1 } as const;
  const found: number[] = [];
  for (const block of shelf.pick(segments, shape, order && Uint32Array.from(order))) {
    assert.is(block.start, found.length);
    assert.is(block.bytes.length, block.count * 2);
    for (let i = 0; i < block.count; i++) found.push(block.bytes.readUInt16LE(2 * i));
  }
  return found;
}

test('any images of any segments, in any order', async () => {
  const counts = fc.array(fc.nat(40), { minLength: 1, maxLength: 8 });
  await fc.assert(
    fc.asyncProperty(counts, fc.array(fc.nat(), { maxLength: 60 }), async (sizes, wishes) => {
      const shelf = new ImageStore();
      const segments = await furnish(shelf, sizes);
      const total = sizes.reduce((a, b) => a + b, 0);
      const order = total > 0 ? wishes.map((wish) => wish % total) : [];
      assert.equal(picked(shelf, segments, order), order);
      assert.equal(picked(shelf, segments), [...Array(total).keys()]);
      await shelf.close();
    }),
    { numRuns: 50 },
  );
});

test('more files than may be open', async () => {
  const shelf = new ImageStore();
  const segments = await furnish(shelf, Array(100).fill(2));
  const order = Array.from({ length: 200 }, (_, i) => (i * 77) % 200);
  assert.equal(picked(shelf, segments, order), order);
  await shelf.close();
});

test('a file that changes while it is read is named', async () => {
  const shelf = new ImageStore();
  const segments = await furnish(shelf, Array(100).fill(2));
  appendFileSync(join(folder, '0'), 'x');
  assert.is(
    await troubleOf(() => picked(shelf, segments)),
    `${join(folder, '0')}: was changed while it was read`,
  );
  rmSync(join(folder, '2'));
  assert.match(
    await troubleOf(() => picked(shelf, segments, [4])),
    `${join(folder, '2')}: no such file`,
  );
  await shelf.close();
});

/** A set of 1.2 MB. */
const large = () => makeSet({ count: 100, rows: 120, columns: 100, pixel: (image) => image });

async function take(path: string, reach = Infinity) {
  const shelf = new ImageStore();
  const assembler = new SetAssembler<StoredImages>();
  const enough = await collectIdx(await openInput(memoryIo(), path), assembler, shelf, reach);
  assembler.end();
  return { shelf, enough, sets: assembler.sets };
}

test('images in a file stay there, also behind others', async () => {
  const { bytes, imagesItem } = large();
  const path = join(folder, 'two.idx');
  writeFileSync(path, Buffer.concat([bytes, bytes]));
  const { sets, shelf } = await take(path);
  assert.is(shelf.spool.length, 0);
  assert.equal(
    sets.map((set) => [set.at, set.store.position, set.labels?.length]),
    [
      [108, 124, 100],
      [bytes.length + 108, bytes.length + 124, 100],
    ],
  );
  const segments = sets.map(({ store, images: { count } }) => ({ ...store, count }));
  const shape = { type: 'u8', count: 200, rows: 120, columns: 100 } as const;
  const [block] = shelf.pick(segments, shape, Uint32Array.of(199));
  assert.ok(block?.bytes.equals(imagesItem.subarray(-12_000)));
  await shelf.close();
});

test('a file that ends among images is cut short, however far they would go', async () => {
  const { bytes } = large();
  const path = join(folder, 'cut.idx');
  writeFileSync(path, bytes.subarray(0, -1));
  assert.match(
    await troubleOf(() => take(path)),
    'cut short in the images at byte 1200123: 100 images',
  );
  writeFileSync(path, Buffer.concat([bytes, Buffer.from('xy')]));
  assert.match(await troubleOf(() => take(path)), 'not an IDX header at byte 1200124: found 78 79');
});

test('what is within reach is enough', async () => {
  const path = join(folder, 'x.idx');
  writeFileSync(path, large().bytes);
  for (const [reach, count, enough] of [
    [40, 40, true],
    [100, 100, true],
    [101, 100, false],
  ] as const) {
    const found = await take(path, reach);
    assert.equal([found.sets[0]?.images.count, found.enough], [count, enough]);
    await found.shelf.close();
  }
});

test.run();
