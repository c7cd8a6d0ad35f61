/** fmnist-eval where a case cannot go: at a terminal. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import evaluate from '../../../src/cmd/eval.js';
import { plainText } from '../../../src/picture/ansi.js';
import { runInMemory } from '../../support/memory-io.js';
import { paths } from '../../support/paths.js';

const test = suite('cmd/eval');
const predictions = join(paths.fixtures, 'predictions.ndjson');
const model = join(paths.fixtures, 'bars.onnx');
const tiny = join(paths.fixtures, 'tiny.idx');
const empty = mkdtempSync(join(tmpdir(), 'fmnist-eval-'));
const terminal = {
  stdinIsTerminal: true,
  stdoutIsTerminal: true,
  env: { XDG_CACHE_HOME: empty, HOME: empty, TERM: 'xterm-256color', COLORTERM: 'truecolor' },
};
const run = (argv: readonly string[], changes = {}) =>
  runInMemory(evaluate as never, argv, '', { ...terminal, ...changes });

test('without data, the cached test split is taken, and missed by name', async () => {
  for (const argv of [[], [model], ['--confusion']]) {
    const { status, stdout, stderr } = await run(argv);
    assert.match(stderr, /the cached test split: .*fmnist-fetch test/);
    assert.is(status, 1);
    assert.is(stdout.length, 0);
  }
});

test('a report for people, in colour, is the report without colour but for the colour', async () => {
  const coloured = await run([predictions]);
  assert.is(coloured.status, 0);
  assert.match(coloured.stdout.toString(), '\u001b[38;2;');
  const bare = await run([predictions], { env: { ...terminal.env, NO_COLOR: '1' } });
  const unpadded = plainText(coloured.stdout.toString()).replace(/ +$/gm, '');
  assert.is(unpadded, bare.stdout.toString());
  assert.not.match(bare.stdout.toString(), '\u001b');
});

test('no line is wider than the terminal', async () => {
  for (const COLUMNS of ['60', '80', '132'])
    for (const view of [[], ['--confusion'], ['--calibration']]) {
      const env = { ...terminal.env, COLUMNS };
      const { stdout } = await run([...view, predictions], { env });
      const { textWidth } = await import('../../../src/picture/text-width.js');
      for (const line of plainText(stdout.toString()).split('\n'))
        assert.ok(textWidth(line) <= Number(COLUMNS), `${COLUMNS} ${view}: ${line}`);
    }
});

test('mistakes are shown as pictures where the images are at hand', async () => {
  // Labels turned round: the four classes' names stay, every prediction is wrong.
  const { readFileSync } = await import('node:fs');
  const bytes = Buffer.from(readFileSync(join(paths.fixtures, 'tiny-bare.idx')));
  for (let i = 8; i < 48; i++) bytes[i] = 3 - bytes[i]!;
  const { stdout } = await runInMemory(evaluate as never, [model, '-'], bytes, {
    ...terminal,
    stdinIsTerminal: false,
  });
  const text = plainText(stdout.toString());
  assert.match(text, /most confident mistakes\n[▀ ]+\n/);
  assert.match(text, /image \d+ +image \d+ +image \d+ +image \d+ *\n/);
});

test('the model that FMNIST_MODEL names is named on standard error', async () => {
  const env = { ...terminal.env, FMNIST_MODEL: model };
  const { stdout, stderr } = await run(['--confusion', tiny], { env });
  assert.match(stderr, `the model is ${model}`);
  assert.match(plainText(stdout.toString()), /tiny-bars train \(synthetic\): 40 images/);
});

test.after(() => rmSync(empty, { recursive: true, force: true }));
test.run();
