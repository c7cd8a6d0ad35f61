/** Running a command: what it is given, and what becomes of its status and its errors. */

import { Writable } from 'node:stream';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { colourLevel, stderrColours, stdoutColours } from '../../../src/cli/colour.js';
import { type Arguments, defineCommand } from '../../../src/cli/command.js';
import { helpText } from '../../../src/cli/help.js';
import { info, openProgress, warn } from '../../../src/cli/messages.js';
import type { CommandIo } from '../../../src/core/environment.js';
import {
  BrokenPipeError,
  exitStatus,
  OperationalError,
  quoted,
  systemReason,
  UsageError,
} from '../../../src/core/errors.js';
import { version } from '../../../src/core/version.js';
import { memoryIo, runInMemory } from '../../support/memory-io.js';

const test = suite('cli: run');

const options = {
  count: { type: 'integer', min: 1, max: 9, default: 3, describe: 'how many' },
  share: { type: 'number', min: 0, describe: 'how much' },
  most: { type: 'number', max: 1, describe: 'no more' },
  output: { type: 'file', alias: 'o', describe: 'where to' },
  name: { type: 'string', default: 'x', describe: 'what' },
  set: { type: 'list', placeholder: 'A=B', describe: 'change' },
  kind: { type: 'choice', choices: ['a', 'b'], describe: 'which' },
  sort: { type: 'choice', choices: ['up', 'down'], placeholder: 'ORDER', describe: 'how' },
  'a-rather-long-name': { type: 'flag', describe: 'long' },
} as const;

const command = (main: (args: Arguments<typeof options>, io: CommandIo) => unknown) =>
  defineCommand(
    {
      name: 'test',
      summary: 'test things',
      operands: '[FILE]',
      maxOperands: 1,
      options,
      examples: [{ command: 'fmnist-test a', describe: 'tests a' }],
    },
    async (args, io) => (await main(args, io)) as number,
  );
const throwing = (error: unknown, env: Record<string, string> = {}) =>
  runInMemory(
    command(() => {
      throw error;
    }),
    [],
    '',
    { env },
  );

test('main gets its arguments and its environment, and returns the status', async () => {
  const { status, stdout, stderr } = await runInMemory(
    command(async ({ operands, options, argv }, io) => {
      assert.equal(operands, ['a']);
      assert.is(options.count, 5);
      assert.equal(argv, ['--count', '5', 'a', '-q']);
      assert.ok(io.quiet);
      io.stdout.write('out');
      info(io, 'unheard');
      warn(io, 'heard');
      for await (const chunk of io.stdin) io.stdout.write(chunk);
      return exitStatus.no;
    }),
    ['--count', '5', 'a', '-q'],
    ' in',
  );
  assert.is(status, 3);
  assert.is(stdout.toString(), 'out in');
  assert.is(stderr, 'fmnist-test: warning: heard\n');
});

test('help and version come before usage errors, and without main', async () => {
  const unreachable = command(() => assert.unreachable());
  for (const argv of [
    ['--help'],
    ['-h'],
    ['--no-such', '-h'],
    ['-qh'],
    ['a', 'b', 'c', '--help'],
  ]) {
    const { status, stdout, stderr } = await runInMemory(unreachable, argv);
    assert.equal([status, stderr], [0, '']);
    assert.is(stdout.toString(), helpText(unreachable.spec));
  }
  for (const argv of [['--version'], ['-V'], ['-qV']]) {
    const { status, stdout } = await runInMemory(unreachable, argv);
    assert.is(status, 0);
    assert.is(stdout.toString(), `fmnist-test ${version()}\n`);
  }
  assert.match(version(), /^\d+\.\d+\.\d+$/);
});

test('-- ends options: a file may be called --help', async () => {
  const { status, stdout } = await runInMemory(
    command(({ operands }, io) => {
      io.stdout.write(operands.join());
      return 0;
    }),
    ['--', '--help'],
  );
  assert.is(status, 0);
  assert.is(stdout.toString(), '--help');
});

test('the help page', () => {
  assert.is(
    helpText(command(() => 0).spec),
    `fmnist-test - test things

usage: fmnist-test [OPTION ...] [FILE]

Examples:
  fmnist-test a
      tests a

Options:
      --count N                 how many (a whole number from 1 to 9; default 3)
      --share X                 how much (a number of at least 0)
      --most X                  no more (a number of at most 1)
  -o, --output FILE             where to
      --name TEXT               what (default x)
      --set A=B                 change (may be repeated)
      --kind a|b                which
      --sort ORDER              how (up, down)
      --a-rather-long-name      long

Common options:
  -h, --help                    show this help and exit
  -V, --version                 show the version and exit
  -q, --quiet                   no progress bar and no remarks on standard error

The manual: fmnist man test
`,
  );
});

test('a usage error: status 2, the message, the usage line', async () => {
  const { status, stderr, stdout } = await runInMemory(
    command(() => assert.unreachable()),
    ['--count', '0'],
  );
  assert.is(status, 2);
  assert.is(stdout.length, 0);
  assert.is(
    stderr,
    "fmnist-test: --count: '0' is not a whole number from 1 to 9\nusage: fmnist-test [OPTION ...] [FILE]\nTry 'fmnist-test --help'.\n",
  );
  assert.is((await throwing(new UsageError('no'))).status, 2);
});

test('an operational error: status 1 and one line', async () => {
  const { status, stderr } = await throwing(
    new OperationalError('-', 'is empty; data were expected'),
  );
  assert.is(status, 1);
  assert.is(stderr, 'fmnist-test: standard input: is empty; data were expected\n');
});

test('a reader that has gone is no error', async () => {
  assert.equal(await throwing(new BrokenPipeError('gone')), {
    status: 0,
    stdout: Buffer.alloc(0),
    stderr: '',
  });
});

test('an unexpected error is reported as one; FMNIST_DEBUG shows the stack and the causes', async () => {
  for (const error of [new RangeError('odd'), 'odd']) {
    const { status, stderr } = await throwing(error);
    assert.is(status, 1);
    assert.is(
      stderr,
      'fmnist-test: odd\nfmnist-test: this is unexpected; FMNIST_DEBUG=1 shows where it happened\n',
    );
  }
  const trouble = new OperationalError('x', 'is bad', { cause: new Error('the cause') });
  const { stderr } = await throwing(trouble, { FMNIST_DEBUG: '1' });
  assert.match(stderr, /^fmnist-test: x: is bad\nOperationalError: x: is bad\n {4}at /);
  assert.match(stderr, /\[cause\]: Error: the cause\n +at /);
  assert.not.match((await throwing(trouble)).stderr, '    at ');
  assert.not.match((await throwing(new Error('odd'), { FMNIST_DEBUG: '1' })).stderr, 'unexpected');
});

test('reasons of the system in words', () => {
  const error = (code: string, errno?: number) => Object.assign(new Error('raw'), { code, errno });
  assert.is(systemReason(error('ENOENT', -2)), 'no such file or directory');
  assert.is(systemReason(error('EISDIR', -21)), 'is a directory; a file was expected');
  assert.is(systemReason(error('ERR_OTHER')), 'raw');
  assert.is(systemReason('text'), 'text');
  assert.is(systemReason(null), 'null');
  assert.is(quoted('a\u001b[31m\nb'), "'a\\u001b[31m\\nb'");
});

test('colour: NO_COLOR, FORCE_COLOR, and what the terminal can do', () => {
  const level = (env: Record<string, string>, isTerminal = true) =>
    colourLevel(memoryIo('', { env }), isTerminal);
  assert.is(level({}, false), 0);
  assert.is(level({ TERM: 'xterm' }), 1);
  assert.is(level({ TERM: 'xterm-256color' }), 2);
  assert.is(level({ TERM: 'xterm-256color', COLORTERM: 'truecolor' }), 3);
  assert.is(level({ TERM: 'xterm-direct' }), 3);
  assert.is(level({ TERM: 'dumb' }), 0);
  assert.is(level({ TERM: 'xterm', NO_COLOR: '1' }), 0);
  assert.is(level({ TERM: 'xterm', NO_COLOR: '' }), 1);
  assert.is(level({ FORCE_COLOR: '3' }, false), 3);
  assert.is(level({ FORCE_COLOR: '3', NO_COLOR: '1' }), 0);
  assert.is(level({ FORCE_COLOR: '0', TERM: 'xterm' }), 0);
  const io = memoryIo('', { env: { TERM: 'xterm' }, stderrIsTerminal: true });
  assert.is(stdoutColours(io).red('x'), 'x');
  assert.is(stderrColours(io).red('x'), '\u001b[31mx\u001b[39m');
});

test('a progress bar comes after a moment, on terminals only, and gives the cursor back', async () => {
  let shown = '';
  const stderr = Object.assign(
    new Writable({
      write(chunk, _encoding, done) {
        shown += chunk;
        done();
      },
    }),
    { isTTY: true, columns: 80 },
  );
  const work = async (changes: Partial<CommandIo>) => {
    shown = '';
    const progress = await openProgress(memoryIo('', { stderr, ...changes }), {
      total: 10,
      unit: 'images',
      patience: 20,
    });
    progress.update(1);
    const early = shown;
    await new Promise((resolve) => setTimeout(resolve, 30));
    progress.update(5, 'half');
    progress.update(6, 'more');
    progress.stop();
    progress.stop();
    return early;
  };
  assert.is(await work({ stderrIsTerminal: false }), '');
  assert.is(shown, '');
  await work({ stderrIsTerminal: true, quiet: true });
  assert.is(shown, '');
  assert.is(await work({ stderrIsTerminal: true }), '');
  assert.match(shown, /50 % {2}half/);
  assert.ok(shown.lastIndexOf('\u001b[?25h') > shown.lastIndexOf('\u001b[?25l'), 'cursor');
});

test.run();
