/** Two passes over one stream, by spool and by opening it again. */

import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openRereadable, type RereadableSet } from '../../../src/idx/reread.js';
import type { ImageBatch } from '../../../src/idx/set-reader.js';
import { makeSet, readerOf } from '../../support/streams.js';

const test = suite('idx: reread');
const set = makeSet({ count: 50, rows: 4, columns: 3 });
const f32 = makeSet({ count: 50, rows: 4, columns: 3, type: 'f32' });

async function gather(batches: AsyncGenerator<ImageBatch>) {
  const pixels: number[] = [];
  const labels: number[] = [];
  for await (const batch of batches) {
    assert.is(batch.start, labels.length);
    pixels.push(...batch.pixels);
    labels.push(...(batch.labels ?? []));
    batch.pixels.fill(0); // what a batch's user does to it must not show in the second pass
  }
  return { pixels, labels };
}

async function both(reread: RereadableSet) {
  return [await gather(reread.batches()), await gather(reread.again())];
}

const small = (bytes: Buffer) => readerOf(Buffer.from(bytes), 100);

for (const made of [set, f32]) {
  const expected = { pixels: [...made.pixels], labels: [...made.labels] };

  test(`${made.pixels.constructor.name}: the spool gives the images again`, async () => {
    const reread = await openRereadable(small(made.bytes), { labels: 'optional' }, undefined);
    assert.equal(await both(reread), [expected, expected]);
  });

  test(`${made.pixels.constructor.name}: so does opening the stream again`, async () => {
    let opened = 0;
    const reopen = async () => {
      opened++;
      return small(made.bytes);
    };
    const reread = await openRereadable(small(made.bytes), { labels: 'optional' }, reopen, 0);
    assert.equal(await both(reread), [expected, expected]);
    assert.is(opened, 1);
  });
}

test('a small set is spooled though it could be opened again', async () => {
  const reopen = () => Promise.reject(new Error('opened'));
  const reread = await openRereadable(small(set.bytes), { labels: 'optional' }, reopen);
  assert.is((await both(reread)).length, 2);
});

test('a set that changed in between is refused', async () => {
  const other = makeSet({ count: 49, rows: 4, columns: 3 });
  const reopen = async () => small(other.bytes);
  const reread = await openRereadable(small(set.bytes), { labels: 'optional' }, reopen, 0);
  try {
    await both(reread);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'changed while it was read');
  }
});

test.run();
