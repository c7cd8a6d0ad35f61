/** Outputs: whole or not at all, where they were asked for, and in words when they cannot be. */

import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { BrokenPipeError } from '../../../src/core/errors.js';
import { openOutput, withOutput } from '../../../src/io/output.js';
import { memoryIo } from '../../support/memory-io.js';
import { needing } from '../../support/needing.js';
import { shell } from '../../support/shell.js';
import { troubleOf, usageErrorOf } from '../../support/trouble.js';

const test = suite<{ folder: string }>('io: output', { folder: '' });
test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
});
test.after.each(({ folder }) => rmSync(folder, { recursive: true }));

const write = (path: string, text = 'new') =>
  withOutput(memoryIo(), path, (sink) => sink.write(text));
const failing = (path: string) => () =>
  withOutput(memoryIo(), path, async (sink) => {
    await sink.write('half');
    throw new Error('stop');
  });

test('a file appears when it is whole', async ({ folder }) => {
  const path = join(folder, 'out');
  await withOutput(memoryIo(), path, async (sink) => {
    await sink.write('ab');
    await sink.write(Buffer.from('cd'));
    assert.not(existsSync(path));
    assert.is(readdirSync(folder).length, 1);
  });
  assert.is(readFileSync(path, 'utf8'), 'abcd');
  assert.equal(readdirSync(folder), ['out']);
});

test('work that fails leaves the file as it was, and nothing beside it', async ({ folder }) => {
  const [fresh, old] = [join(folder, 'fresh'), join(folder, 'old')];
  writeFileSync(old, 'old');
  for (const path of [fresh, old]) {
    let message = '';
    await failing(path)().catch((error) => {
      message = error.message;
    });
    assert.is(message, 'stop');
  }
  assert.equal(readdirSync(folder), ['old']);
  assert.is(readFileSync(old, 'utf8'), 'old');
});

test('permissions of a file are kept; a new one has those of the umask', async ({ folder }) => {
  const [old, fresh] = [join(folder, 'old'), join(folder, 'fresh')];
  for (const mode of [0o600, 0o664, 0o755, 0o666]) {
    writeFileSync(old, 'old');
    chmodSync(old, mode);
    await write(old);
    assert.is(statSync(old).mode & 0o777, mode);
    assert.is(readFileSync(old, 'utf8'), 'new');
  }
  await write(fresh);
  assert.is(statSync(fresh).mode & 0o777, 0o666 & ~process.umask());
});

test('the target of a link is written, also one that is not there yet', async ({ folder }) => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'sub/there'), 'old');
  for (const [name, target] of [
    ['a', 'sub/there'],
    ['b', 'sub/not-yet'],
    ['c', 'b'],
  ] as const) {
    symlinkSync(target, join(folder, name));
    await write(join(folder, name), name);
    assert.ok(lstatSync(join(folder, name)).isSymbolicLink());
    assert.is(readFileSync(join(folder, name), 'utf8'), name);
  }
  assert.is(readFileSync(join(folder, 'sub/not-yet'), 'utf8'), 'c');
  assert.equal(readdirSync(join(folder, 'sub')).sort(), ['not-yet', 'there']);
  symlinkSync('loop', join(folder, 'loop'));
  assert.is(
    await troubleOf(() => write(join(folder, 'loop'))),
    `${folder}/loop: cannot be written: too many symbolic links encountered`,
  );
});

test('what cannot be written is named, with the reason', async ({ folder }) => {
  writeFileSync(join(folder, 'file'), '');
  const cases = [
    [folder, 'is a directory; a file was expected'],
    [`${folder}/no/out`, `cannot be written: there is no folder ${folder}/no`],
    [`${folder}/file/out`, 'cannot be written: a part of the path is not a directory'],
    [`${folder}/${'x'.repeat(300)}`, 'cannot be written: name too long'],
  ] as const;
  for (const [path, problem] of cases)
    assert.is(await troubleOf(() => write(path)), `${path}: ${problem}`);
  assert.equal(readdirSync(folder), ['file']);
});

test('permissions are asked for, not gone around', async ({ folder }) => {
  const file = join(folder, 'file');
  writeFileSync(file, 'old');
  chmodSync(file, 0o444);
  const denied = 'cannot be written: permission denied';
  await asNobody(folder, async () => {
    assert.is(await troubleOf(() => write(file)), `${file}: ${denied}`);
    chmodSync(folder, 0o555);
    assert.is(await troubleOf(() => write(join(folder, 'new'))), `${folder}/new: ${denied}`);
    chmodSync(folder, 0o755);
  });
  assert.is(readFileSync(file, 'utf8'), 'old');
  assert.equal(readdirSync(folder), ['file']);
});

test('one place is not written to by two outputs', async ({ folder }) => {
  const path = join(folder, 'out');
  symlinkSync('out', join(folder, 'alias'));
  const io = memoryIo();
  const sink = await openOutput(io, path);
  for (const name of [path, join(folder, 'alias'), `${folder}/./out`])
    assert.is(await usageErrorOf(() => openOutput(io, name)), `${name} is named for two outputs`);
  await sink.abort();
  await (await openOutput(io, path)).finish();
  const stdout = await openOutput(io, '-');
  assert.is(await usageErrorOf(() => openOutput(io)), 'standard output is named for two outputs');
  await stdout.finish();
  await (await openOutput(io)).abort();
});

test('a stream that lags is waited for, and no listener stays behind', async () => {
  let waiting: (() => void) | undefined;
  const seen: string[] = [];
  const stdout = new Writable({
    highWaterMark: 2,
    write(chunk, _encoding, done) {
      seen.push(String(chunk));
      waiting = done;
    },
  });
  const sink = await openOutput(memoryIo('', { stdout }));
  const listeners = () =>
    ['drain', 'close', 'error'].map((event) => stdout.listenerCount(event)).join();
  const before = listeners();
  for (let i = 0; i < 50; i++) {
    let resolved = false;
    const work = sink.write('abc').then(() => {
      resolved = true;
    });
    await new Promise(setImmediate);
    assert.not(resolved);
    waiting?.();
    await work;
  }
  assert.is(listeners(), before);
  const finishing = sink.finish();
  await new Promise(setImmediate);
  waiting?.();
  await finishing;
  assert.is(seen.join(''), 'abc'.repeat(50));
  assert.is(stdout.listenerCount('error'), 0);
});

test('a reader that has gone is told from a disk that is full', async () => {
  const breaking = (code: string, errno: number) =>
    new Writable({
      highWaterMark: 1,
      write(_chunk, _encoding, done) {
        done(Object.assign(new Error(code), { code, errno }));
      },
    });
  const outputTo = (stdout: Writable) =>
    withOutput(memoryIo('', { stdout }), '-', async (sink) => {
      await sink.write('abc');
      await sink.write('abc');
    });
  assert.is(
    await troubleOf(() => outputTo(breaking('ENOSPC', -28))),
    'standard output: cannot be written: no space left on device',
  );
  for (const stdout of [breaking('EPIPE', -32), breaking('EPIPE', -32).destroy()]) {
    stdout.on('error', () => {});
    let caught: unknown;
    await outputTo(stdout).catch((error) => {
      caught = error;
    });
    assert.instance(caught, BrokenPipeError);
  }
});

test('a disk that takes a part only, on standard output and on a file', async ({ folder }) => {
  const { stdout, stderr } = await shell(
    `ulimit -f 2; fmnist-split -q --validation 4 $FIXTURES/tiny.idx -o out; echo $?`,
    { cwd: folder },
  );
  assert.is(stderr, '');
  assert.is(stdout.toString().split('\n')[0], '0', 'what fits is written');
  const big = await shell(
    `{ printf '\\0\\0\\10\\1\\0\\0\\20\\0'; head -c 4096 /dev/zero
       printf '\\0\\0\\10\\3\\0\\0\\20\\0\\0\\0\\0\\1\\0\\0\\0\\4'; head -c 16384 /dev/urandom; } > in
     ulimit -f 4; s='fmnist-split -q --validation 4 in'; $s > direct; echo $?; $s -o atomic; echo $?; ls -A`,
    { cwd: folder },
  );
  assert.is(
    big.stderr,
    'fmnist-split: standard output: cannot be written: file too large\n' +
      'fmnist-split: atomic: cannot be written: file too large\n',
  );
  assert.is(big.stdout.toString(), '1\n1\ndirect\nin\nout\n');
});

const full = existsSync('/dev/full');
needing(test, full ? undefined : 'this system has no /dev/full')('a full device', async () => {
  const { stdout, stderr } = await shell(
    `s='fmnist-split -q --validation 4 '$FIXTURES/tiny.idx; $s > /dev/full; echo $?; $s -o /dev/full; echo $?
     fmnist-split --help > /dev/full; echo $?; $s -o /dev/null; echo $?`,
  );
  const problem = 'cannot be written: no space left on device';
  assert.is(
    stderr,
    ['standard output', '/dev/full', 'standard output']
      .map((name) => `fmnist-split: ${name}: ${problem}\n`)
      .join(''),
  );
  assert.is(stdout.toString(), '1\n1\n1\n0\n');
});

test('pipes, devices and descriptors are written to directly', async ({ folder }) => {
  const { stdout, stderr } = await shell(
    `s='fmnist-split -q --validation 4 '$FIXTURES/tiny.idx; $s | cksum; $s > file; cksum < file
     mkfifo pipe; (cksum < pipe > sum &); $s -o pipe; while [ ! -s sum ]; do sleep 0.02; done; cat sum
     $s -o /dev/stdout | cksum; $s -o >(cksum > sum2); while [ ! -s sum2 ]; do sleep 0.02; done; cat sum2
     { echo first; $s -o /dev/stderr; } 2> file2; cksum < file2; $s -o /dev/shm/$$ && cksum < /dev/shm/$$; rm /dev/shm/$$`,
    { cwd: folder },
  );
  assert.is(stderr, '');
  const sums = stdout.toString().replace('first\n', '').trim().split('\n');
  assert.is(sums.length, 7);
  assert.is(new Set(sums).size, 1, sums.join('; '));
});

test.run();

/** Runs `work` without the powers of root, which no permission stops. */
async function asNobody(folder: string, work: () => Promise<void>): Promise<void> {
  const root = process.geteuid?.() === 0;
  if (root) {
    chownSync(folder, 65534, 65534);
    process.seteuid?.(65534);
  }
  try {
    await work();
  } finally {
    if (root) process.seteuid?.(0);
  }
}
