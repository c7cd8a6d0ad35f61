/** Documents: links of README, docs/ and their neighbours, README's length, and what `make help` prints. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { needing } from '../../support/needing.js';
import { paths } from '../../support/paths.js';

const test = suite('house: documents');
const read = (file: string) => readFileSync(join(paths.root, file), 'utf8');
const documents = readdirSync(paths.root)
  .filter((file) => file.endsWith('.md'))
  .concat(readdirSync(join(paths.root, 'docs')).map((file) => `docs/${file}`));

test('README is short enough for a newcomer', () => {
  const bytes = Buffer.byteLength(read('README.md'));
  process.stdout.write(`FIGURE: README.md: ${bytes} bytes\n`);
  assert.ok(bytes <= 12 * 1024, `${bytes} bytes`);
});

test('README leads to every page of docs/', () => {
  const linked = [...read('README.md').matchAll(/\]\((docs\/[^)#]+)/g)].map((match) => match[1]);
  const pages = documents.filter((file) => file.startsWith('docs/'));
  assert.equal(
    pages.filter((file) => !linked.includes(file)),
    [],
  );
});

for (const file of documents)
  test(`${file}: links lead to files that are there`, () => {
    const broken = [...read(file).matchAll(/\]\(([^)\s]+)\)/g)]
      .map((match) => match[1]!)
      .filter((target) => !/^https?:/.test(target))
      .filter((target) => !existsSync(join(paths.root, dirname(file), target.split('#')[0]!)));
    assert.equal(broken, []);
  });

const hasMake = spawnSync('make', ['--version']).error === undefined;
needing(test, hasMake ? undefined : 'no make(1)')('make help fits 80 columns, in groups', () => {
  const help = execFileSync('make', ['--no-print-directory', 'help'], {
    cwd: paths.root,
    encoding: 'utf8',
  });
  const lines = help.trimEnd().split('\n');
  assert.equal(
    lines.filter((line) => [...line].length > 80),
    [],
  );
  const documented = ['Makefile', 'test/bench/bench.mk']
    .flatMap((file) => [...read(file).matchAll(/^([a-z-]+):.*## /gm)])
    .map((match) => match[1]!);
  const shown = lines.flatMap((line) => /^ {2}([a-z-]+) /.exec(line)?.[1] ?? []);
  assert.equal(shown.sort(), documented.sort());
  assert.ok(lines.filter((line) => /^[A-Z]/.test(line)).length >= 5, 'there are groups');
});

test.run();
