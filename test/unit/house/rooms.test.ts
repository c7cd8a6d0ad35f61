/** Order of the rooms of src/, as docs/architecture.md draws it: imports upward, circles of files, purity of arithmetic. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paths } from '../../support/paths.js';
import { circlesOf, importsOf, sources } from './sources.js';

const test = suite('house: rooms');

const page = readFileSync(join(paths.root, 'docs/architecture.md'), 'utf8');
/** The rooms in their order: the numbered list of the page. */
const order = [...page.matchAll(/^\d+\. `([a-z]+)`/gm)].map((match) => match[1]!);
/** Rooms of arithmetic, as the page names them. */
const pure = [...(/^Pure rooms: (.+)$/m.exec(page)?.[1] ?? '').matchAll(/`([a-z]+)`/g)].map(
  (match) => match[1]!,
);
const byFile = new Map(sources.map((source) => [source.file, source]));

test('the page lists every room once, and no other', () => {
  assert.equal(
    [...order].sort(),
    readdirSync(join(paths.root, 'src'), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort(),
  );
});

test('no import points upward, types counted', () => {
  const upward = sources.flatMap(({ file, room, imports }) =>
    imports
      .filter(({ target }) => byFile.has(target))
      .filter(({ target }) => order.indexOf(byFile.get(target)!.room) > order.indexOf(room))
      .map(({ target }) => `${file} imports ${target}`),
  );
  process.stdout.write(
    `FIGURE: imports against the order of ${order.length} rooms: ${upward.length}\n`,
  );
  assert.equal(upward, []);
});

test('every import of a file finds it', () => {
  const lost = sources.flatMap(({ file, imports }) =>
    imports
      .filter(({ target }) => /\.ts$/.test(target) && !byFile.has(target))
      .map(({ target }) => `${file} imports ${target}`),
  );
  assert.equal(lost, []);
});

test('no circle of files, types counted', () => {
  const circles = circlesOf(
    new Map(sources.map(({ file, imports }) => [file, imports.map(({ target }) => target)])),
  );
  process.stdout.write(`FIGURE: circles of files: ${circles.length}\n`);
  assert.equal(circles, []);
});

test('arithmetic reaches no process, file or terminal, by way of others neither', () => {
  assert.equal(pure, ['random', 'statistics', 'metrics', 'image']);
  const wrong = sources
    .filter(({ room }) => pure.includes(room))
    .flatMap(({ file }) => impurities(file).map((found) => `${file}: ${found}`));
  assert.equal(wrong, []);
});

/** Impure modules that a file loads at run time. sharp is no such: the JPEG corruption uses its codec in memory. */
function impurities(file: string): string[] {
  const seen = new Set<string>();
  const found: string[] = [];
  const visit = (at: string) => {
    if (seen.has(at)) return;
    seen.add(at);
    const source = byFile.get(at);
    if (
      /^io\/|^core\/environment/.test(at) ||
      (!source && !/^(node:(crypto|buffer|util|os)|sharp)$/.test(at))
    )
      found.push(at);
    for (const { target, typeOnly } of source?.imports ?? []) if (!typeOnly) visit(target);
    if (source && /^(?!\s*(\/\/|\*|\/\*)).*\bprocess\./m.test(source.text))
      found.push(`${at}: process`);
  };
  visit(file);
  return found;
}

test('the tests themselves see an import of a type, a value, a dynamic one', () => {
  const text = [
    '/** import { no } from "./comment.js"; */',
    "import type { A } from '../idx/a.js';",
    "import { type B, type C } from './b.js';",
    'import {\n  type D,\n  e,\n} from "./never.js";',
    "import {\n  type D,\n  e,\n} from './d.js';",
    "import 'node:fs';",
    "export { f } from './f.js';",
    "const g = await import('./g.js');",
    "type H = typeof import('./h.js');",
  ].join('\n');
  assert.equal(importsOf('io/x.ts', text), [
    { target: 'idx/a.ts', typeOnly: true },
    { target: 'io/b.ts', typeOnly: true },
    { target: 'io/d.ts', typeOnly: false },
    { target: 'node:fs', typeOnly: false },
    { target: 'io/f.ts', typeOnly: false },
    { target: 'io/g.ts', typeOnly: false },
    { target: 'io/h.ts', typeOnly: true },
  ]);
});

test('the tests themselves find circles', () => {
  const graph = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', ['e']],
    ['e', ['d']],
    ['f', ['a', 'f2']],
  ]);
  assert.equal(
    circlesOf(graph).sort((x, y) => x.length - y.length),
    [
      ['d', 'e'],
      ['a', 'b', 'c'],
    ],
  );
});

test.run();
