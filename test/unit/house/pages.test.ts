/** Every program against its manual page, both ways: name, summary, usage, options. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { usageLine } from '../../../src/cli/help.js';
import { programName, programs, suiteName } from '../../../src/cli/programs.js';
import { mdocSection } from '../../../src/suite/mdoc.js';
import { paths } from '../../support/paths.js';
import { loadSpec } from './load.js';

const test = suite('house: pages');
const sections = [
  'NAME',
  'SYNOPSIS',
  'DESCRIPTION',
  'OPTIONS',
  'EXIT STATUS',
  'EXAMPLES',
  'SEE ALSO',
];
const read = (file: string) => readFileSync(join(paths.man, file), 'utf8');
const flat = (text: string | undefined) => (text ?? '').replace(/\s+/g, ' ').trim();

for (const { name } of [{ name: suiteName }, ...programs]) {
  const page = `${programName(name)}.1`;

  test(`${page}: every option of the table, and no other`, async () => {
    const { options } = await loadSpec(name);
    const table = Object.entries(options).map(([long, { alias }]) =>
      alias ? `-${alias}, --${long}` : `--${long}`,
    );
    const heads = read(page)
      .split('\n')
      .filter((line) => line.startsWith('.It Fl '))
      .map((line) => [...line.matchAll(/\bFl (\S+)/g)].map((m) => `-${m[1]}`).join(', '));
    assert.equal(heads.sort(), table.sort());
  });

  test(`${page}: its SYNOPSIS opens with the usage line`, async () => {
    const synopsis = flat(mdocSection(read(page), 'SYNOPSIS'));
    const usage = usageLine(await loadSpec(name)).replace('usage: ', '');
    assert.ok(synopsis.startsWith(usage), `${synopsis}\n  does not open with\n${usage}`);
  });

  test(`${page}: its NAME is the program's summary`, async () => {
    const { summary } = await loadSpec(name);
    assert.is(flat(mdocSection(read(page), 'NAME')), `${programName(name)} — ${summary}`);
  });

  test(`${page}: has its sections, in order`, () => {
    const there = [...read(page).matchAll(/^\.Sh (.+)$/gm)].map((m) => m[1]);
    assert.equal(
      there.filter((heading) => sections.includes(heading!)),
      sections,
    );
  });

  test(`${page}: names every choice and default of the table`, async () => {
    const { options } = await loadSpec(name);
    const text = flat(mdocSection(read(page), 'OPTIONS'));
    for (const [long, option] of Object.entries(options)) {
      const words = [
        ...(option.type === 'choice' ? option.choices : []),
        ...('default' in option && option.default !== undefined ? [String(option.default)] : []),
      ];
      for (const word of words) assert.ok(text.includes(word), `--${long}: ${word} is missing`);
    }
  });
}

test('pages refer only to pages there are', () => {
  const there = readdirSync(paths.man);
  const missing = there
    .filter((file) => /\.[157]$/.test(file))
    .flatMap((file) =>
      [...read(file).matchAll(/^\.Xr (fmnist\S*) (\d)/gm)]
        .map((m) => `${m[1]}.${m[2]}`)
        .filter((target) => !there.includes(target))
        .map((target) => `${file}: ${target}`),
    );
  assert.equal(missing, []);
});

test.run();
