/** What must be read twice: in memory or in a file, the same bytes. */

import { existsSync, mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { openSet } from '../../../src/idx/set-reader.js';
import { Spool } from '../../../src/io/spool.js';
import { makeSet, readerOf } from '../../support/streams.js';
import { troubleOf } from '../../support/trouble.js';

const test = suite('io: spool');

test('gives back what was written, as often as wanted, in order and at random', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 10 }),
      fc.nat(200),
      fc.integer({ min: 1, max: 50 }),
      fc.nat(300),
      fc.nat(300),
      async (chunks, memory, size, from, length) => {
        const spool = new Spool(memory);
        for (const chunk of chunks) await spool.write(Buffer.from(chunk));
        const all = Buffer.concat(chunks);
        assert.is(spool.length, all.length);
        for (let times = 0; times < 2; times++) {
          const back: Buffer[] = [];
          for await (const chunk of spool.chunks(size)) back.push(chunk);
          assert.ok(Buffer.concat(back).equals(all));
        }
        const target = Buffer.alloc(length);
        if (from + length > all.length)
          assert.throws(() => spool.readInto(target, from), 'a read beyond the spool');
        else {
          spool.readInto(target, from);
          assert.ok(target.equals(all.subarray(from, from + length)));
        }
        await spool.close();
      },
    ),
  );
});

test('leaves no file behind, neither in the folder nor open', async () => {
  const before = openSpools();
  await withTemporaryFolder(mkdtempSync(join(tmpdir(), 'fmnist-test-')), async (folder) => {
    const spool = new Spool(4);
    await spool.write(Buffer.from('more than four'));
    if (existsSync('/proc/self/fd')) assert.is(openSpools(), before + 1);
    assert.equal(readdirSync(folder), []);
    await spool.close();
    rmSync(folder, { recursive: true });
  });
  assert.is(openSpools(), before);
});

test('a set lets go of its spool when it is read, left early, or wrong', async () => {
  const before = openSpools();
  const made = makeSet({ count: 9, labels: 'last' });
  const open = (bytes: Buffer) => openSet(readerOf(bytes), { labels: 'required', memory: 8 });
  for await (const _ of (await open(made.bytes)).batches(2));
  assert.is(openSpools(), before);
  for await (const _ of (await open(made.bytes)).batches(2)) break;
  assert.is(openSpools(), before);
  for (const length of [made.imagesItem.length - 1, made.imagesItem.length, made.bytes.length - 1])
    await troubleOf(() => open(made.bytes.subarray(0, length)));
  await troubleOf(() => open(Buffer.concat([made.bytes, made.bytes])));
  assert.is(openSpools(), before);
});

test('a folder for temporary files that is not there is named', async () => {
  await withTemporaryFolder('/no/such/folder', async () =>
    assert.is(
      await troubleOf(() => new Spool(0).write(Buffer.from('x'))),
      'a temporary file in /no/such/folder (TMPDIR): cannot be made: no such file or directory',
    ),
  );
});

test.run();

/** How many spools this process holds open; 0 where the system does not say. */
function openSpools(): number {
  if (!existsSync('/proc/self/fd')) return 0;
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes('.spool');
    } catch {
      return false;
    }
  }).length;
}

/** Runs `work` with another folder for temporary files. */
async function withTemporaryFolder(
  folder: string,
  work: (folder: string) => Promise<void>,
): Promise<void> {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = folder;
  try {
    await work(folder);
  } finally {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  }
}
