/** Layout of the project: the top level, length and names of files, and habits of the code. The order of rooms: rooms.test.ts. */

import { readdirSync } from 'node:fs';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paths } from '../../support/paths.js';
import { sources } from './sources.js';

const test = suite('house: layout');

const topLevel = ['bin', 'src', 'man', 'fixtures', 'test'].concat(
  ['package.json', 'tsconfig.json', 'Makefile', 'README.md'],
  // What tools require.
  ['package-lock.json', 'biome.json', 'LICENSE'],
  // What the build makes; git ignores it.
  ['node_modules', 'dist', 'build', 'coverage'],
  ['docs', 'findings', 'NEWS.md', 'CONTRIBUTING.md'],
);

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

test('who starts threads that load ONNX Runtime has turned its telemetry off, which they cannot', () => {
  const starters = sources.filter(
    ({ file, text }) => /^(serve\/inference|engine)\//.test(file) && /\bnew Worker\(/.test(text),
  );
  assert.ok(starters.length >= 3);
  const wrong = starters.filter(
    ({ text }) => !/^import '[./\w-]*\/no-telemetry\.js';$/m.test(text),
  );
  assert.equal(
    wrong.map(({ file }) => file),
    [],
  );
});

test.run();
