/** Links of the Markdown files: relative ones point to files there are, and to headings in them. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paths } from '../../support/paths.js';

const test = suite('house: links');

const pages = readdirSync(paths.root)
  .concat((readdirSync(join(paths.root, 'docs')) as string[]).map((file) => `docs/${file}`))
  .filter((file) => file.endsWith('.md'));
const read = (file: string) => readFileSync(join(paths.root, file), 'utf8');

/** Targets of the links and pictures of a text, code left out. */
function targetsOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '').replace(/(?<!\[)`[^`\n]*`(?!\])/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map((m) => m[1]!);
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  const prose = text.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/^#+ (.+)$/gm)].map((m) =>
    m[1]!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** Why a link leads nowhere; undefined where it leads somewhere. */
function broken(page: string, target: string): string | undefined {
  if (/^https?:\/\//.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? page : normalize(join(dirname(page), path));
  if (file.startsWith('..')) return `${page}: ${target}: leads out of the repository`;
  if (!existsSync(join(paths.root, file))) return `${page}: ${target}: there is no ${file}`;
  if (anchor !== undefined && !anchorsOf(read(file)).includes(anchor))
    return `${page}: ${target}: ${file} has no such heading`;
  return undefined;
}

test('README, NEWS, CONTRIBUTING and the pages of docs/ are among them', () => {
  for (const file of ['README.md', 'NEWS.md', 'CONTRIBUTING.md', 'docs/tour.md', 'docs/figures.md'])
    assert.ok(pages.includes(file), file);
});

test('targets and anchors are read from prose, not from code', () => {
  const text = '# One, `two`\n[a](b.md#c) ![p](d.png)\n`[x](y)`\n```sh\n# no\n[e](f)\n```\n';
  assert.equal(targetsOf(text), ['b.md#c', 'd.png']);
  assert.equal(anchorsOf(text), ['one-two']);
  assert.match(broken('docs/tour.md', 'missing.md') ?? '', 'there is no docs/missing.md');
  assert.match(broken('docs/tour.md', '../README.md#none') ?? '', 'no such heading');
});

test('every relative link leads to a file, and its anchor to a heading', () => {
  const links = pages.flatMap((page) => targetsOf(read(page)).map((target) => ({ page, target })));
  assert.ok(links.length > 50, `${links.length} links are found`);
  assert.equal(links.map(({ page, target }) => broken(page, target)).filter(Boolean), []);
});

test('every page of docs/ is linked from README', () => {
  const linked = targetsOf(read('README.md'));
  assert.equal(
    pages.filter((page) => page.startsWith('docs/') && !linked.includes(page)),
    [],
  );
});

test('README is short', () => {
  assert.ok(Buffer.byteLength(read('README.md')) <= 12 * 1024);
});

test.run();
