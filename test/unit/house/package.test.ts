/** What `npm pack` would put into the package: all that the programs need, and nothing else. */

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { programName, programs, suiteName } from '../../../src/cli/programs.js';
import { paths } from '../../support/paths.js';

const test = suite('house: package');

const [{ files }] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: paths.root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }),
) as [{ files: { path: string; mode: number }[] }];
const packed = new Map(files.map(({ path, mode }) => [path, mode]));

test('launchers, commands and pages of every program', () => {
  for (const name of [suiteName, ...programs.map((program) => program.name)]) {
    assert.ok((packed.get(`bin/${programName(name)}`) ?? 0) & 0o111, name);
    assert.ok(packed.has(`dist/src/cmd/${name}.js`), name);
    assert.ok(packed.has(`man/${programName(name)}.1`), name);
  }
});

test('what is read at run time', () => {
  const recipes = readdirSync(join(paths.root, 'src/train/recipes'));
  assert.ok(recipes.length > 0);
  for (const recipe of recipes) assert.ok(packed.has(`src/train/recipes/${recipe}`), recipe);
  const web = readdirSync(join(paths.root, 'src/serve/web'));
  for (const part of web.filter((file) => !file.endsWith('.ts')))
    assert.ok(packed.has(`src/serve/web/${part}`), part);
  for (const page of readdirSync(paths.man).filter((file) => /\.\d$/.test(file)))
    assert.ok(packed.has(`man/${page}`), page);
});

test('nothing that only the repository needs', () => {
  const allowed =
    /^(bin\/fmnist|dist\/src\/.*\.(js|json)$|src\/train\/recipes\/|src\/serve\/web\/[a-z]+\.(html|css)$|src\/serve\/web\/icon\.svg$|src\/serve\/deploy\/|man\/.*\.\d$|docs\/[a-z-]+\.md$|((README|NEWS|CONTRIBUTING)\.md|LICENSE|package\.json)$)/;
  assert.equal(
    [...packed.keys()].filter((path) => !allowed.test(path)),
    [],
  );
});

test('dependencies are exact, and every import of a package is one of them', () => {
  const { dependencies, optionalDependencies } = JSON.parse(
    readFileSync(join(paths.root, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, string>>;
  for (const [name, range] of Object.entries({ ...dependencies, ...optionalDependencies }))
    assert.match(range, /^\d+\.\d+\.\d+$/, name);
  const known = Object.keys({ ...dependencies, ...optionalDependencies });
  const folder = join(paths.root, 'src');
  for (const file of readdirSync(folder, { recursive: true }) as string[]) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join(folder, file), 'utf8').replace(
      /^(import|export) type [^;]+;|typeof import\([^)]*\)/gm,
      '',
    );
    for (const [, name = ''] of text.matchAll(
      /(?:^import |from |\bimport\()'((?:@[\w-]+\/)?[\w:-]+)/gm,
    ))
      assert.ok(name.startsWith('node:') || known.includes(name), `${file} imports ${name}`);
  }
});

test.run();
