/** Every type of record that a program writes is on fmnist-records(5), field by field, and no other. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { paths } from '../../support/paths.js';

const test = suite('house: records');
const page = readFileSync(join(paths.man, 'fmnist-records.5'), 'utf8');

/** Interface → the interfaces it extends, and the fields of its own. */
const interfaces = new Map<string, { bases: string[]; body: string; fields: string[] }>();
const folder = join(paths.root, 'src');
for (const file of readdirSync(folder, { recursive: true }) as string[]) {
  if (!file.endsWith('.ts')) continue;
  const text = readFileSync(join(folder, file), 'utf8');
  for (const [, name = '', bases = '', body = ''] of text.matchAll(
    /^export interface (\w+)(?: extends ([^{]+))? {([\s\S]*?)^}/gm,
  ))
    interfaces.set(name, {
      bases: bases.split(',').map((base) => base.trim()),
      body,
      fields: [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map((m) => m[1]!),
    });
}

/** Record type → its fields, inherited ones too, from the interfaces that extend AnyRecord. */
const declared = new Map<string, string[]>();
for (const { bases, body, fields } of interfaces.values()) {
  const type = /readonly type: '([^']+)'/.exec(body)?.[1];
  if (type === undefined || !bases.includes('AnyRecord')) continue;
  const inherited = bases.flatMap((base) => interfaces.get(base)?.fields ?? []);
  declared.set(
    type,
    [...new Set([...fields, ...inherited])].filter((field) => field !== 'type'),
  );
}

/** Record type → what the page says of it. */
const described = new Map(
  page
    .slice(0, page.indexOf('.Sh EXAMPLES'))
    .split(/^\.Ss /m)
    .slice(1)
    .map((part) => [part.slice(0, part.indexOf('\n')), part]),
);

test('the page and the sources know the same types', () => {
  assert.ok(declared.has('run') && declared.has('epoch'), 'records are found in the sources');
  assert.equal([...described.keys()].sort(), [...declared.keys()].sort());
});

for (const [type, fields] of declared) {
  test(`${type}: every field is on the page`, () => {
    const words = new Set(described.get(type)?.match(/\w+/g));
    assert.equal(
      fields.filter((field) => !words.has(field)),
      [],
    );
  });
}

test.run();
