/** Width of what people read at a terminal: help pages and `make help`, at most 80 columns. */

import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { helpText } from '../../../src/cli/help.js';
import { loadCommand } from '../../../src/cli/option-tables.js';
import { programName, programs, suiteName } from '../../../src/cli/programs.js';
import { textWidth } from '../../../src/picture/text-width.js';
import { runInMemory } from '../../support/memory-io.js';
import { needing } from '../../support/needing.js';
import { paths } from '../../support/paths.js';
import { loadSpec } from './load.js';

const test = suite('house: width');
const tooWide = (text: string) => text.split('\n').filter((line) => textWidth(line) > 80);

for (const name of [suiteName, ...programs.map((program) => program.name)])
  test(`${programName(name)} --help fits 80 columns, and says all of it`, async () => {
    const spec = await loadSpec(name);
    const help = helpText(spec);
    assert.equal(tooWide(help), []);
    const flat = help.replace(/ \\\n/g, ' ').replace(/\s+/g, ' ');
    for (const { command, describe } of spec.examples)
      assert.ok(flat.includes(`${command} ${describe}`.replace(/\s+/g, ' ')), command);
    for (const { describe } of Object.values(spec.options))
      assert.ok(flat.includes(describe.replace(/\s+/g, ' ')), describe);
  });

test('fmnist lists the programs within 80 columns', async () => {
  const { status, stdout } = await runInMemory(await loadCommand(suiteName), [], '');
  assert.is(status, 0);
  assert.equal(tooWide(stdout.toString()), []);
});

const make = spawnSync('make', ['--version']).status === 0;

const withMake = needing(test, make ? undefined : 'no make(1) to list the targets with');

withMake('make help fits 80 columns, and lists every documented target in a group', () => {
  const help = execFileSync('make', ['-C', paths.root, '--no-print-directory', 'help'], {
    encoding: 'utf8',
    env: { ...process.env, MAKEFLAGS: '', MAKELEVEL: '', MFLAGS: '' },
  });
  assert.equal(tooWide(help), []);
  const groups = help.trimEnd().split('\n\n');
  for (const group of groups) assert.match(group, /^\S[^\n]*(\n {2}[a-z-]+ +\S[^\n]*)+$/);
  const listed = groups.flatMap((group) =>
    [...group.matchAll(/^ {2}([a-z-]+) /gm)].map((m) => m[1]!),
  );
  const documented = ['Makefile', 'test/bench/bench.mk'].flatMap((file) =>
    [...readFileSync(join(paths.root, file), 'utf8').matchAll(/^([a-z-]+):.*## /gm)].map(
      (m) => m[1]!,
    ),
  );
  assert.ok(documented.length > 40, `${documented.length} targets are documented`);
  assert.equal(listed, documented);
});

test.run();
