/** Opening what is read: files, pipes, gzip, and what is wrong with each. */

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { inflated } from '../../../src/io/gzip.js';
import { openInput, readSmallFile } from '../../../src/io/input.js';
import { memoryIo } from '../../support/memory-io.js';
import { shell } from '../../support/shell.js';
import { inPieces } from '../../support/streams.js';
import { troubleOf, usageErrorOf } from '../../support/trouble.js';

const test = suite<{ folder: string }>('io: input', { folder: '' });
test.before((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
});
test.after(({ folder }) => rmSync(folder, { recursive: true }));

const noise = Buffer.from(Array.from({ length: 3000 }, (_, i) => (i * i * 31) % 251));

test('a file, as it is and gzipped, larger than the chunks it comes in', async ({ folder }) => {
  const bytes = Buffer.alloc(3 << 20, noise);
  const path = join(folder, 'data');
  for (const content of [bytes, gzipSync(bytes, { level: 1 })]) {
    writeFileSync(path, content);
    const reader = await openInput(memoryIo(), path);
    assert.is(reader.source, path);
    assert.ok((await reader.read(bytes.length)).equals(bytes));
    assert.ok(await reader.atEnd());
  }
});

test('standard input, once', async () => {
  const io = memoryIo('hello');
  const reader = await openInput(io, '-');
  assert.is((await reader.read(9)).toString(), 'hello');
  assert.is(
    await usageErrorOf(() => openInput(io, '-')),
    'standard input can be read only once; - is named twice',
  );
});

test('a terminal on standard input is refused', async () => {
  assert.is(
    await usageErrorOf(() => openInput(memoryIo('', { stdinIsTerminal: true }), '-')),
    'standard input is a terminal; name a file or pipe data in',
  );
});

test('what cannot be opened or read is named', async ({ folder }) => {
  const open = (name: string) => troubleOf(() => openInput(memoryIo(), name));
  assert.is(await open('/no/such/file'), '/no/such/file: no such file or directory');
  assert.is(await open(folder), `${folder}: is a directory; a file was expected`);
  const stdin = new Readable({
    read() {
      this.destroy(Object.assign(new Error('EIO'), { code: 'EIO', errno: -5 }));
    },
  });
  const reader = await openInput(memoryIo('', { stdin }), '-');
  assert.is(await troubleOf(() => reader.read(1)), 'standard input: i/o error');
});

test('small files have a limit', async ({ folder }) => {
  const path = join(folder, 'small');
  writeFileSync(path, 'four');
  assert.is((await readSmallFile(memoryIo(), path, 4)).toString(), 'four');
  assert.is(
    await troubleOf(() => readSmallFile(memoryIo(), path, 3)),
    `${path}: is larger than 3 bytes; a small file was expected`,
  );
});

test('the digest is of the bytes gzip held', async () => {
  const plain = await openInput(memoryIo('hello'), '-', { hash: true });
  const zipped = await openInput(memoryIo(gzipSync('hello')), '-', { hash: true });
  for (const reader of [plain, zipped]) await reader.read(5);
  assert.is(zipped.digest(), plain.digest());
});

test('gzip in any chunks: one member, several, none, and zeros behind', async () => {
  const [a, b] = [gzipSync('hello '), gzipSync(noise)];
  const cases: [Buffer, Buffer][] = [
    [a, Buffer.from('hello ')],
    [Buffer.concat([a, b]), Buffer.concat([Buffer.from('hello '), noise])],
    [Buffer.concat([a, gzipSync(''), b]), Buffer.concat([Buffer.from('hello '), noise])],
    [gzipSync(''), Buffer.alloc(0)],
    [Buffer.concat([b, Buffer.alloc(600)]), noise],
    [gzipSync(Buffer.alloc(2 << 20)), Buffer.alloc(2 << 20)],
    [Buffer.alloc(0), Buffer.alloc(0)],
    [Buffer.from([0x1f]), Buffer.from([0x1f])],
    [Buffer.from([0x1f, 0x8c, 1]), Buffer.from([0x1f, 0x8c, 1])],
  ];
  for (const [bytes, expected] of cases)
    for (const pieces of [1, 7, a.length, 65_536])
      assert.ok((await gather(bytes, pieces)).equals(expected), `${bytes.length} by ${pieces}`);
});

test('gzip cut short at any byte is named as such', async () => {
  const bytes = gzipSync(noise);
  for (let cut = 2; cut < bytes.length; cut++)
    for (const pieces of [1, 65_536])
      assert.is(
        await troubleOf(() => gather(bytes.subarray(0, cut), pieces)),
        'standard input: the gzip data are cut short; a complete gzip file was expected',
      );
});

test('a damaged byte anywhere behind the header is found', async () => {
  const bytes = gzipSync(noise);
  // Bytes 4 to 9 are a date and remarks on how it was made, which no reader checks.
  for (let at = 10; at < bytes.length; at += 3) {
    const damaged = Buffer.from(bytes);
    damaged[at] = damaged[at]! ^ 0x55;
    assert.match(
      await troubleOf(() => gather(damaged, 100)),
      /^standard input: the gzip data are (cut short; a complete|damaged \(.*\); a sound) gzip file was expected$/,
    );
  }
  assert.match(
    await troubleOf(() => gather(Buffer.concat([bytes, Buffer.from('junk')]), 65_536)),
    'damaged (incorrect header check)',
  );
});

test('a named pipe, the < of a shell, and its <(…)', async ({ folder }) => {
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const { stdout, stderr, status } = await shell(
    `cp $FIXTURES/tiny.idx.gz . && s='fmnist-split -q --validation 4' &&
     (cat tiny.idx.gz > ${folder}/pipe &) && $s ${folder}/pipe | cksum && $s < tiny.idx.gz | cksum &&
     $s <(cat tiny.idx.gz) | cksum && cat tiny.idx.gz | $s - | cksum`,
  );
  assert.is(stderr, '');
  assert.is(status, 0);
  assert.is(new Set(stdout.toString().trim().split('\n')).size, 1);
  assert.is(stdout.toString().trim().split('\n').length, 4);
});

test('nothing, a folder and /dev/null on standard input', async () => {
  const { stderr } = await shell(
    `s='fmnist-split --validation 4'; $s < /dev/null; $s < /tmp; true | $s; $s <&-`,
  );
  assert.is(
    stderr,
    [
      'standard input: is empty; an IDX stream was expected',
      'standard input: is a directory; a file was expected',
      'standard input: is empty; an IDX stream was expected',
      'standard input: is empty; an IDX stream was expected',
    ]
      .map((line) => `fmnist-split: ${line}\n`)
      .join(''),
  );
});

test.run();

async function gather(bytes: Buffer, pieces: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of inflated('-', inPieces(bytes, pieces))) chunks.push(chunk);
  return Buffer.concat(chunks);
}
