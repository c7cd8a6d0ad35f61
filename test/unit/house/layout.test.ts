/** What stands where, how long files are, and which way imports point. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paths } from '../../support/paths.js';

const test = suite('house: layout');

const topLevel = ['bin', 'src', 'man', 'fixtures', 'test'].concat(
  ['package.json', 'tsconfig.json', 'Makefile', 'README.md'],
  // What tools require.
  ['package-lock.json', 'biome.json', 'LICENSE'],
  // What the build makes; git ignores it.
  ['node_modules', 'dist', 'build', 'coverage'],
);

/** A room of src/ may import itself and the rooms before it. */
const grain = ['random', 'cli', 'io', 'image', 'idx', 'ndjson', 'fashion', 'evaluate'].concat([
  'drift',
  'picture',
  'model',
  'engine',
  'train',
  'serve',
  'suite',
  'cmd',
]);

/** Rooms of arithmetic: no process, no file, no terminal. */
const pure = ['random', 'image', 'evaluate', 'drift'];

const sources = (readdirSync(join(paths.root, 'src'), { recursive: true }) as string[])
  .filter((file) => file.endsWith('.ts'))
  .map((file) => ({ file, text: readFileSync(join(paths.root, 'src', file), 'utf8') }));

/** Lines of code, comments left out. */
const code = (text: string) => text.split('\n').filter((line) => !/^\s*(\/\/|\/\*|\*)/.test(line));

test('the top level holds what the house allows', () => {
  const strays = readdirSync(paths.root).filter(
    (name) => !topLevel.includes(name) && !name.startsWith('.') && !name.endsWith('.tgz'),
  );
  assert.equal(strays, []);
});

test('no file is longer than 250 lines', () => {
  const long = sources.filter(({ text }) => text.split('\n').length - 1 > 250);
  assert.equal(
    long.map(({ file }) => file),
    [],
  );
});

test('every file opens by saying what it is', () => {
  const mute = sources.filter(({ text }) => !text.startsWith('/**'));
  assert.equal(
    mute.map(({ file }) => file),
    [],
  );
});

test('file names are kebab-case nouns, two levels deep, without barrels', () => {
  const odd = sources.filter(
    ({ file }) =>
      !/^[a-z]+\/([a-z0-9]+\/)?[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(file) ||
      /(^|\/)(index|utils?|helpers?|manager)\.ts$/.test(file),
  );
  assert.equal(
    odd.map(({ file }) => file),
    [],
  );
});

test('imports point down the grain', () => {
  const wrong = sources.flatMap(({ file, text }) => {
    const room = file.split('/')[0] as string;
    return importsOf(file, text)
      .filter((target) => grain.indexOf(target.split('/')[0] as string) > grain.indexOf(room))
      .map((target) => `${file} imports ${target}`);
  });
  assert.equal(wrong, []);
  const unknown = sources.filter(({ file }) => !grain.includes(file.split('/')[0] as string));
  assert.equal(unknown, []);
});

test('arithmetic touches no process, file or terminal', () => {
  const wrong = sources
    .filter(({ file }) => pure.includes(file.split('/')[0] as string))
    .flatMap(({ file, text }) => [
      ...[...text.matchAll(/from '(node:(?!crypto|buffer)[^']+)'/g)].map((m) => `${file}: ${m[1]}`),
      ...code(text)
        .filter((line) => /\bprocess\./.test(line))
        .map((line) => `${file}: ${line}`),
    ]);
  assert.equal(wrong, []);
});

test('only the runner sets the exit status, and nobody exits or uses the console', () => {
  const wrong = sources.flatMap(({ file, text }) =>
    code(text)
      .filter(
        (line) =>
          /\bprocess\.exit\(|\bconsole\./.test(line) ||
          (/\bprocess\.exitCode\s*=/.test(line) && file !== 'cli/run.ts'),
      )
      .map((line) => `${file}: ${line.trim()}`),
  );
  assert.equal(wrong, []);
});

test('heavy packages are imported where they are needed, not at the top', () => {
  const heavy =
    /^import (?!type ).*from '(onnxruntime-node|sharp|csv-parse\S*|cli-progress|@tensorflow\S*|yargs)'/;
  const wrong = sources.flatMap(({ file, text }) =>
    code(text)
      .filter((line) => heavy.test(line))
      .map((line) => `${file}: ${line}`),
  );
  assert.equal(wrong, []);
});

test.run();

/** The files of src/ that a file imports, as paths in src/. */
function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map((m) => {
    const url = new URL(m[1] as string, `file:///src/${file}`);
    return url.pathname.replace(/^\/src\//, '');
  });
}
