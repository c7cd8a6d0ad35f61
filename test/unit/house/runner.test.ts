/** Test runner: what it counts as passed, failed and skipped, on small made-up test files. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paths } from '../../support/paths.js';

const test = suite('house: runner');
// Within the project, so that the files find uvu.
mkdirSync(join(paths.root, 'build'), { recursive: true });
const folder = mkdtempSync(join(paths.root, 'build/runner-'));
test.after(() => rmSync(folder, { recursive: true, force: true }));

const needingUrl = new URL('../../support/needing.js', import.meta.url).href;
const head = `import { suite } from 'uvu';
import { needing } from '${needingUrl}';
const test = suite('made up');
`;

/** Runs the runner on test files of these contents. */
function run(
  name: string,
  contents: Readonly<Record<string, string>>,
  words: readonly string[] = [],
): { readonly status: number | null; readonly last: string | undefined; readonly output: string } {
  const root = join(folder, name);
  mkdirSync(join(root, 'real'), { recursive: true });
  for (const [file, text] of Object.entries(contents))
    writeFileSync(join(root, file.replace(/\.ts$/, '.test.js')), text);
  const { CI: _, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(paths.root, 'dist/test/run.js'), '--root', root, ...words],
    { encoding: 'utf8', env },
  );
  const output = stdout + stderr;
  return { status, last: stdout.trimEnd().split('\n').at(-1), output };
}

const passing = `${head}test('one', () => {});\ntest('two', () => {});\ntest.run();`;

test('passed tests are counted', () => {
  const { status, last } = run('passing', { 'a.ts': passing, 'b.ts': passing });
  assert.equal([status, last], [0, '4 passed, 0 failed']);
});

test('a file that skips n tests for one reason has not failed', () => {
  const { status, last, output } = run('skipping', {
    'a.ts': `${head}const browse = needing(test, 'no browser');
for (const name of ['one', 'two', 'three']) browse(name, () => { throw new Error('run'); });
test.run();`,
  });
  assert.equal([status, last], [0, '0 passed, 0 failed, 3 skipped']);
  for (const name of ['one', 'two', 'three'])
    assert.match(output, `     SKIPPED: ${name}: no browser\n`);
  assert.match(output, 'ok   a.test.js  0/0, 3 skipped');
});

test('what is needed and there is run', () => {
  const { status, last } = run('needed', {
    'a.ts': `${head}needing(test, undefined)('one', () => {});
needing(test, 'no tool')('two', () => {});
test.run();`,
  });
  assert.equal([status, last], [0, '1 passed, 0 failed, 1 skipped']);
});

test('a skip without a reason is a failure', () => {
  const { status, last, output } = run('mute', {
    'a.ts': `${head}test('one', () => {});
needing(test, 'no tool')('two', () => {});
test.skip('three', () => {});
test.run();`,
  });
  assert.equal([status, last], [1, '1 passed, 1 failed, 1 skipped']);
  assert.match(output, 'a.test.js: 1 of 2 skipped tests give no reason');
});

test('failed tests are counted, and what they print is shown', () => {
  const { status, last, output } = run('failing', {
    'a.ts': `${head}test('one', () => {});
test('two', () => { throw new Error('two is wrong'); });
test.run();`,
    'b.ts': passing,
  });
  assert.equal([status, last], [1, '3 passed, 1 failed']);
  assert.match(output, 'two is wrong');
});

test('a file that runs no test is a failure', () => {
  const { status, last } = run('empty', { 'a.ts': head, 'b.ts': passing });
  assert.equal([status, last], [1, '2 passed, 1 failed']);
});

test('a file that ends with an error is a failure', () => {
  const { status, last } = run('late', {
    'a.ts': `${passing}\nsetTimeout(() => { throw new Error('too late'); }, 100);`,
    'b.ts': `${head}throw new Error('at once');`,
  });
  assert.equal([status, last], [1, '2 passed, 2 failed']);
});

test('a file that never ends is ended, and a failure', () => {
  const { status, last, output } = run(
    'endless',
    {
      'a.ts': `${head}test('one', () => new Promise(() => setInterval(() => {}, 1000)));\ntest.run();`,
    },
    ['--minutes', '0.03'],
  );
  assert.equal([status, last], [1, '0 passed, 1 failed']);
  assert.match(output, 'not over after 0.03 minutes');
});

test('suites of one file are added up', () => {
  const { status, last } = run('suites', {
    'a.ts': `${passing}\nconst other = suite('other');\nother('three', () => {});\nother.run();`,
  });
  assert.equal([status, last], [0, '3 passed, 0 failed']);
});

test('words choose files; those that need the data set are run when asked for', () => {
  const files = { 'a.ts': passing, 'real/b.ts': passing };
  assert.is(run('chosen', files).last, '2 passed, 0 failed');
  assert.is(run('chosen', files, ['real']).last, '2 passed, 0 failed');
  assert.is(run('chosen', files, ['a.test', 'real']).last, '4 passed, 0 failed');
  const none = run('chosen', files, ['nothing']);
  assert.equal([none.status, none.last], [1, '0 passed, 1 failed']);
});

test('files that skip can be listed, for a run of their own', () => {
  const list = join(folder, 'list');
  const skipping = `${head}needing(test, 'no tool')('two', () => {});\ntest.run();`;
  run('listed', { 'a.ts': passing, 'b.ts': skipping }, ['--skipped', list]);
  assert.is(readFileSync(list, 'utf8'), 'b.test.js\n');
});

test.run();
