/** Programs as processes: signals, silent writers, slow and vanishing readers. */

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeHeader } from '../../../src/idx/header.js';
import {
  type Child,
  endChildren,
  eventually,
  peakMemory,
  startProgram,
  startScript,
} from '../../support/child.js';
import { shell } from '../../support/shell.js';
import { makeSet } from '../../support/streams.js';

const test = suite<{ folder: string }>('io: processes', { folder: '' });
test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'fmnist-test-'));
});
test.after.each(({ folder }) => {
  endChildren();
  rmSync(folder, { recursive: true });
});

const made = makeSet({ count: 100, rows: 10, columns: 10 });
const stream = ['-q', '--single'];
const whenClosed = (child: Child) =>
  new Promise((resolve) => child.process.stdout.on('close', resolve));

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGKILL'] as const)
  test(`${signal} in the middle leaves no half file`, async ({ folder }) => {
    writeFileSync(join(folder, 'old'), 'old');
    const temporaries = () =>
      readdirSync(folder).filter((file) => file.startsWith('.fmnist-')).length;
    for (const name of ['old', 'new']) {
      const before = temporaries();
      const child = startProgram('fmnist-cat', [...stream, '-o', name], folder);
      child.process.stdin.write(made.bytes.subarray(0, -100));
      assert.ok(await eventually(() => temporaries() > before), 'a temporary file is there');
      child.process.kill(signal);
      assert.is(await child.ended, signal);
      assert.is(child.stderr(), '');
    }
    const left = readdirSync(folder).filter((file) => !file.startsWith('.fmnist-'));
    assert.equal(left, ['old']);
    assert.is(readFileSync(join(folder, 'old'), 'utf8'), 'old');
    // Nothing can be done on SIGKILL; the name says whose file it was.
    assert.is(temporaries(), signal === 'SIGKILL' ? 2 : 0);
  });

test('a crash leaves no half file', async ({ folder }) => {
  const child = startScript(
    `import { openOutput } from 'dist/src/io/output.js';
     const sink = await openOutput({ stdout: process.stdout }, 'out');
     await sink.write('half');
     throw new Error('crash');`,
    folder,
  );
  assert.is(await child.ended, 1);
  assert.match(child.stderr(), 'Error: crash');
  assert.equal(readdirSync(folder), []);
});

test('a reader that leaves ends a slow program quietly', async ({ folder }) => {
  const child = startProgram('fmnist-cat', stream, folder);
  const { stdin, stdout } = child.process;
  stdin.write(made.bytes.subarray(0, 5000));
  await new Promise((resolve) => stdout.once('data', resolve));
  stdout.destroy();
  const feeding = setInterval(() => stdin.write(Buffer.alloc(100)), 10);
  assert.is(await child.ended, 0);
  clearInterval(feeding);
  assert.is(child.stderr(), '');
});

test('| head -c 1', async () => {
  const { status, stdout, stderr } = await shell(
    `for i in 1 2 3; do
       { cat $FIXTURES/tiny.idx; sleep 0.1; } | fmnist-split -q --validation 4 | head -c 1 | wc -c; echo \${PIPESTATUS[@]}
       fmnist-split --help | head -c 1 | wc -c; echo \${PIPESTATUS[@]}
     done`,
  );
  assert.is(stderr, '');
  assert.is(status, 0);
  assert.is(stdout.toString(), '1\n0 0 0 0\n1\n0 0 0\n'.repeat(3));
});

test('a program that has failed does not wait for a silent writer', async ({ folder }) => {
  const junk = Buffer.from('junk, and no more for now');
  for (const bytes of [junk, gzipSync(junk)]) {
    const child = startProgram('fmnist-cat', stream, folder);
    child.process.stdin.write(bytes);
    assert.is(await child.ended, 1);
    assert.match(child.stderr(), 'not an IDX header at byte 0');
  }
  const started = performance.now();
  const { stderr } = await shell(
    `fmnist-split --validation 4 <(echo junk; exec sleep 20 > /dev/null 2>&1)
     fmnist-split --validation 4 <(echo junk | gzip; exec sleep 20 2> /dev/null)`,
  );
  assert.is(stderr.match(/not an IDX header/g)?.length, 2);
  assert.ok(performance.now() - started < 15_000);
});

test('a writer ends by SIGPIPE once its reader has failed', async () => {
  const { stdout } = await shell(
    `yes | fmnist-split --validation 4 2> /dev/null; echo \${PIPESTATUS[@]}
     fmnist-split --validation 4 <(yes; echo $? > told) 2> /dev/null; while [ ! -s told ]; do sleep 0.02; done; cat told`,
  );
  assert.is(stdout.toString(), '141 1\n141\n');
});

test('a program that does not read leaves standard input to others', async () => {
  const { stdout } = await shell(
    `(sleep 0.3; echo text) | { fmnist-split --help > /dev/null; fmnist-split -q --validation 4 $FIXTURES/tiny.idx > /dev/null; cat; }`,
  );
  assert.is(stdout.toString(), 'text\n');
});

test('a slow reader holds the writer up, and memory stays where it is', async ({ folder }) => {
  const count = 400_000;
  const child = startProgram('fmnist-cat', stream, folder);
  const { stdin, stdout, pid = 0 } = child.process;
  stdin.write(Buffer.concat([encodeHeader('u8', [count]), Buffer.alloc(count)]));
  stdin.write(encodeHeader('u8', [count, 28, 28]));
  let accepted = 0;
  let stopped = false;
  const chunk = Buffer.alloc(1 << 16);
  const feed = () => {
    if (!stopped && accepted < count * 784)
      stdin.write(chunk, () => {
        accepted += chunk.length;
        feed();
      });
  };
  feed();
  assert.ok(await eventually(() => accepted > 0));
  let last = -1;
  for (; accepted !== last; await new Promise((resolve) => setTimeout(resolve, 300)))
    last = accepted;
  assert.ok(accepted < 32 << 20, `${accepted} bytes were taken`);
  // Now the reader wakes up, and a hundred megabytes go through.
  let received = 0;
  stdout.on('data', (data) => {
    received += data.length;
  });
  assert.ok(await eventually(() => received > 100 << 20));
  const peak = peakMemory(pid);
  stopped = true;
  child.process.kill();
  await whenClosed(child);
  if (existsSync('/proc/self/status'))
    assert.ok(peak !== undefined && peak < 250 << 20, String(peak));
});

test('SIGINT: the first is the program’s, the second ends it', async ({ folder }) => {
  const script = (rest: string) => `
    import { runInProcess } from 'dist/src/cli/run.js';
    import { atExit } from 'dist/src/io/cleanup.js';
    import { writeSync } from 'node:fs';
    atExit(() => writeSync(2, 'tidied\\n'));
    const main = async (args, io) => {
      io.stdout.write('ready\\n');
      await new Promise((resolve) => {
        const timer = setTimeout(resolve, 20_000);
        io.onInterrupt(() => { io.stderr.write('asked\\n'); ${rest} });
      });
      return 3;
    };
    await runInProcess({ spec: { name: 'x', summary: '', operands: '', options: {}, examples: [] }, main }, []);`;
  const ready = (child: Child) =>
    new Promise((resolve) => child.process.stdout.once('data', resolve));

  const polite = startScript(script('clearTimeout(timer); resolve();'), folder);
  await ready(polite);
  polite.process.kill('SIGINT');
  assert.is(await polite.ended, 3);
  assert.is(polite.stderr(), 'asked\ntidied\n');

  const busy = startScript(script(''), folder);
  await ready(busy);
  busy.process.kill('SIGINT');
  assert.ok(await eventually(() => busy.stderr() === 'asked\n'));
  busy.process.kill('SIGINT');
  assert.is(await busy.ended, 'SIGINT');
  assert.is(busy.stderr(), 'asked\ntidied\n');
});

test('SIGTERM: ends the program when it is ready, the second at once', async ({ folder }) => {
  const script = (prepared: string) => `
    import { runInProcess } from 'dist/src/cli/run.js';
    import { atExit } from 'dist/src/io/cleanup.js';
    import { writeSync } from 'node:fs';
    atExit(() => writeSync(2, 'tidied\\n'));
    const main = (args, io) => {
      io.stdout.write('ready\\n');
      return new Promise((resolve) => {
        setTimeout(resolve, 20_000);
        io.onTermination(() => { io.stderr.write('asked\\n'); return ${prepared}; });
      });
    };
    await runInProcess({ spec: { name: 'x', summary: '', operands: '', options: {}, examples: [] }, main }, []);`;
  for (const prepared of ['Promise.resolve()', 'new Promise(() => {})']) {
    const child = startScript(script(prepared), folder);
    await new Promise((resolve) => child.process.stdout.once('data', resolve));
    child.process.kill('SIGTERM');
    assert.ok(await eventually(() => child.stderr().startsWith('asked\n')));
    if (prepared.startsWith('new')) child.process.kill('SIGTERM');
    assert.is(await child.ended, 'SIGTERM');
    assert.is(child.stderr(), 'asked\ntidied\n');
  }
});

test('a program that never returns does not pass for one that did', async ({ folder }) => {
  const child = startScript(
    `import { runInProcess } from 'dist/src/cli/run.js';
     const spec = { name: 'x', summary: '', operands: '', options: {}, examples: [] };
     await runInProcess({ spec, main: () => new Promise(() => {}) }, []);`,
    folder,
  );
  assert.is(await child.ended, 1);
  // Newer Nodes say something of their own before.
  assert.match(
    child.stderr(),
    /(^|\n)fmnist-x: ended in the middle of its work; this is unexpected\n$/,
  );
});

test.run();
