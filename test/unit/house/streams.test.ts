/** What every program does alike with its input and output: terminals, empty input, full disks, closed pipes, unwritable files. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { usageLine } from '../../../src/cli/help.js';
import { loadCommand } from '../../../src/cli/option-tables.js';
import { programName, programs } from '../../../src/cli/programs.js';
import { runInMemory } from '../../support/memory-io.js';
import { needing } from '../../support/needing.js';
import { paths } from '../../support/paths.js';
import { shell } from '../../support/shell.js';
import { loadSpec } from './load.js';

const test = suite('house: streams');
const model = join(paths.fixtures, 'bars.onnx');
const foreign = join(paths.root, 'test/references/adopt/keras.onnx');

/** A plain call of each program that does its work; `reads` says that it wants a stream on standard input. */
const typical: Readonly<Record<string, { words: readonly string[]; reads: boolean }>> = {
  fetch: { words: ['test', '--source', 'synthetic', '--count', '20'], reads: false },
  cat: { words: [], reads: true },
  split: { words: ['--validation', '4'], reads: true },
  stats: { words: [], reads: true },
  augment: { words: ['--preset', 'reference'], reads: true },
  corrupt: { words: ['gaussian-noise'], reads: true },
  features: { words: [], reads: true },
  norm: { words: ['--fit'], reads: true },
  show: { words: ['--format', 'ascii'], reads: true },
  train: {
    words: ['--recipe', 'mlp', '--set', 'epochs=1', '--set', 'batch=8', '--replicas', '1'],
    reads: true,
  },
  adopt: { words: ['--classes', 'a,b,c', '--normalize', 'scale', foreign], reads: false },
  predict: { words: [model], reads: true },
  eval: { words: [model], reads: true },
  compare: { words: ['--quiet', '--margin', '1', model, model], reads: true },
  drift: { words: [join(paths.fixtures, 'tiny.idx')], reads: true },
  watch: { words: ['--example'], reads: false },
};

/** These write folders, and no stream. */
const toFolders = ['export'];

/** These read folders. */
const ofFolders = ['report'];

/** These go on until they are told to stop, or want one that does. */
const services = ['serve', 'load'];

/** These have data of their own where a terminal is on standard input. */
const haveDefaults = ['show', 'eval', 'compare'];
const withFullDisk = needing(
  test,
  existsSync('/dev/full') ? undefined : 'this system has no /dev/full',
);

test('every program has a typical call here', () => {
  assert.equal(
    Object.keys(typical),
    programs
      .map(({ name }) => name)
      .filter((name) => ![...toFolders, ...ofFolders, ...services].includes(name)),
  );
});

for (const [name, { words, reads }] of Object.entries(typical)) {
  const program = programName(name);
  const line = [program, ...words].join(' ');
  const input = reads ? '< $FIXTURES/tiny.idx' : '';

  if (reads && !haveDefaults.includes(name)) {
    test(`${program} refuses a terminal on standard input with its usage line`, async () => {
      const { status, stdout, stderr } = await runInMemory(await loadCommand(name), words, '', {
        stdinIsTerminal: true,
      });
      assert.is(status, 2);
      assert.is(stdout.length, 0);
      assert.match(stderr, 'standard input is a terminal');
      assert.ok(stderr.includes(`\n${usageLine(await loadSpec(name))}\n`), stderr);
    });
  }

  if (reads) {
    test(`${program} says that its input is empty`, async () => {
      const { status, stdout, stderr } = await shell(`${line} < /dev/null`);
      assert.match(stderr, new RegExp(`^${program}: standard input: is empty; .* expected`, 'm'));
      assert.is(status, 1);
      assert.is(stdout.length, 0);
    });
  }

  test(`${program} ends quietly when its reader goes away`, async () => {
    const { status, stderr } = await shell(`${line} --quiet ${input} | :; exit \${PIPESTATUS[0]}`);
    assert.is(stderr, '');
    assert.is(status, 0);
  });

  test(`${program} leaves nothing where its output cannot be written`, async () => {
    const missing = await shell(`${line} --quiet -o no/such/folder/out ${input}`);
    assert.match(missing.stderr, `${program}: no/such/folder/out: `);
    assert.match(missing.stderr, /cannot be written: there is no folder no.such.folder/);
    assert.is(missing.status, 1);
    assert.is(missing.stdout.length, 0);
    const folder = await shell(`mkdir out; ${line} --quiet -o out ${input}; s=$?; ls -A; exit $s`);
    assert.match(folder.stderr, 'out: is a directory');
    assert.is(folder.status, 1);
    assert.is(folder.stdout.toString(), 'out\n');
  });

  withFullDisk(`${program} says when the disk is full`, async () => {
    const { status, stderr } = await shell(`${line} --quiet ${input} > /dev/full`);
    assert.match(stderr, /standard output: .*no space left on device/);
    assert.is(status, 1);
  });
}

test.run();
