/** What every program does alike: help, version, usage errors, and what becomes of its output. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { helpText, usageLine } from '../../../src/cli/help.js';
import { programName, programs, suiteName } from '../../../src/cli/programs.js';
import { needing } from '../../support/needing.js';
import { paths } from '../../support/paths.js';
import { shell } from '../../support/shell.js';
import { loadSpec } from './load.js';

const test = suite('house: behaviour');
const withFullDisk = needing(
  test,
  existsSync('/dev/full') ? undefined : 'this system has no /dev/full',
);
const { version } = JSON.parse(readFileSync(join(paths.root, 'package.json'), 'utf8'));

for (const { name } of [{ name: suiteName }, ...programs]) {
  const program = programName(name);

  test(`${program} --help and -h print the option table`, async () => {
    const expected = helpText(await loadSpec(name));
    for (const word of ['--help', '-h']) {
      const { status, stdout, stderr } = await shell(`${program} ${word}`);
      assert.is(stdout.toString(), expected);
      assert.is(stderr, '');
      assert.is(status, 0);
    }
  });

  test(`${program} --version`, async () => {
    const { status, stdout, stderr } = await shell(`${program} --version`);
    assert.is(stdout.toString(), `${program} ${version}\n`);
    assert.is(stderr, '');
    assert.is(status, 0);
  });

  test(`${program} refuses an unknown option with status 2`, async () => {
    const { status, stdout, stderr } = await shell(`${program} --no-such-option`);
    assert.is(status, 2);
    assert.is(stdout.length, 0);
    assert.ok(stderr.startsWith(`${program}: unknown option --no-such-option`), stderr);
    assert.ok(stderr.includes(`\n${usageLine(await loadSpec(name))}\n`), stderr);
  });

  test(`${program} ends quietly when standard output is closed`, async () => {
    const closed = await shell(`${program} --help | :; exit \${PIPESTATUS[0]}`);
    assert.is(closed.stderr, '');
    assert.is(closed.status, 0);
  });

  withFullDisk(`${program} says when standard output is full`, async () => {
    const { status, stderr } = await shell(`${program} --help > /dev/full`);
    assert.is(stderr, `${program}: standard output: cannot be written: no space left on device\n`);
    assert.is(status, 1);
  });
}

test.run();
