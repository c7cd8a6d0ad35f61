/** One program = launcher + command + page + cases + entry in package.json, and nothing without the others. */

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { loadCommand } from '../../../src/cli/option-tables.js';
import { programName, programs, suiteName } from '../../../src/cli/programs.js';
import { paths } from '../../support/paths.js';

const names = [suiteName, ...programs.map((p) => p.name)];
const test = suite('house: programs');
const packageJson = JSON.parse(readFileSync(join(paths.root, 'package.json'), 'utf8'));

for (const name of names) {
  test(`${name}: has a launcher`, () => {
    const path = join(paths.bin, programName(name));
    assert.ok(statSync(path).mode & 0o111, 'may be executed');
    const text = readFileSync(path, 'utf8');
    if (name !== suiteName)
      assert.is(text, readFileSync(join(paths.bin, 'fmnist-split'), 'utf8').replace('split', name));
  });

  test(`${name}: has a command of that name`, async () => {
    const { spec } = await loadCommand(name);
    assert.is(spec.name, name);
    assert.match(spec.summary, /^[a-z0-9].*[^.]$/, 'lower case, without a full stop');
    assert.ok(spec.examples.length > 0, 'has examples');
  });

  test(`${name}: has a manual page`, () => {
    assert.ok(existsSync(join(paths.man, `${programName(name)}.1`)));
  });

  test(`${name}: has cases`, () => {
    const files = readdirSync(join(paths.cases, name), { recursive: true }) as string[];
    assert.ok(files.some((file) => file.endsWith('/cmd')));
  });

  test(`${name}: is installed by npm`, () => {
    assert.is(packageJson.bin[programName(name)], `bin/${programName(name)}`);
  });
}

test('README lists the programs, with their summaries', async () => {
  const readme = readFileSync(join(paths.root, 'README.md'), 'utf8');
  for (const name of names) {
    const { summary } = (await loadCommand(name)).spec;
    const program = programName(name);
    assert.ok(readme.includes(`\n| [\`${program}\`](man/${program}.1) | ${summary} |\n`), program);
  }
});

test('no case remembers where it was recorded', () => {
  const records = (readdirSync(paths.cases, { recursive: true }) as string[])
    .filter((file) => /\/exp(out|err)$/.test(file))
    .filter((file) => readFileSync(join(paths.cases, file), 'utf8').includes(paths.root));
  assert.equal(records, []);
});

test('nothing stands without a row in the table', () => {
  const strip = (file: string) => file.replace(/^fmnist-/, '').replace(/\.(ts|1)$/, '');
  const strays = [
    ...readdirSync(paths.bin),
    ...readdirSync(join(paths.root, 'src/cmd')).filter((file) => file.endsWith('.ts')),
    ...readdirSync(paths.man).filter((file) => file.endsWith('.1')),
    ...readdirSync(paths.cases, { withFileTypes: true }).flatMap((entry) =>
      entry.isDirectory() ? [entry.name] : [],
    ),
    ...Object.keys(packageJson.bin),
  ].filter((file) => !names.includes(strip(file)));
  assert.equal(strays, []);
});

test.run();
