/** Documents: links of README, docs/ and their neighbours, and README's length. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
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

test.run();
