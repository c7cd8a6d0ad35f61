/** What stands where, how long files are, and which way imports point. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paths } from '../../support/paths.js';

const test = suite('house: layout');

const topLevel = ['bin', 'src', 'man', 'fixtures', 'test'].concat(
  ['package.json', 'tsconfig.json', 'Makefile', 'README.md'],
  ['docs', 'findings', 'NEWS.md', 'CONTRIBUTING.md'],
  // What tools require.
  ['package-lock.json', 'biome.json', 'LICENSE'],
  // What the build makes; git ignores it.
  ['node_modules', 'dist', 'build', 'coverage'],
);

/** A room of src/ may import the rooms on its own line and on those before it. */
const grain = [
  ['random', 'core', 'io', 'cli'],
  ['image', 'idx', 'ndjson', 'onnx', 'statistics', 'metrics'],
  ['datasets', 'drift', 'picture', 'load', 'profile'],
  ['model', 'formats', 'export'],
  ['step', 'engine', 'evaluate', 'train'],
  ['serve', 'report'],
  ['watch'],
  ['suite'],
  ['cmd'],
];
const levelOf = (file: string) => grain.findIndex((rooms) => rooms.includes(file.split('/')[0]!));

/** Rooms of arithmetic: no process, no file, no terminal. */
const pure = ['random', 'image', 'statistics', 'metrics'];

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
  for (const { file } of sources) assert.ok(levelOf(file) >= 0, `${file} is in no known room`);
  const wrong = sources.flatMap(({ file, text }) =>
    importsOf(file, text)
      .filter((target) => levelOf(target) > levelOf(file))
      .map((target) => `${file} imports ${target}`),
  );
  assert.equal(wrong, []);
});

test('no file imports itself by way of others', () => {
  const graph = new Map(
    sources.map(({ file, text }) => [
      file,
      importsOf(file, text.replace(/^import type [^;]+;/gm, '')).map((t) => t.replace(/js$/, 'ts')),
    ]),
  );
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    assert.not.ok(path.includes(file), [...path, file].join(' → '));
    if (done.has(file)) return;
    for (const target of graph.get(file) ?? []) visit(target, [...path, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
});

test('arithmetic touches no process, file or terminal', () => {
  const wrong = sources
    .filter(({ file }) => pure.includes(file.split('/')[0]!))
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

test('who starts threads that load ONNX Runtime has turned its telemetry off, which they cannot', () => {
  const starters = sources.filter(
    ({ file, text }) => /^(serve|engine)\//.test(file) && /\bnew Worker\(/.test(text),
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

/** The files of src/ that a file imports, as paths in src/. */
function importsOf(file: string, text: string): string[] {
  return [...text.matchAll(/(?:from|import\() ?'(\.[^']+)'/g)].map((m) => {
    const url = new URL(m[1]!, `file:///src/${file}`);
    return url.pathname.replace(/^\/src\//, '');
  });
}
